/// A request to take credits away from an account by hand, for example to correct a mistyped grant.
package struct Withdrawal: Sendable {
    package var account: AccountID
    /// 1 or more.
    package let credits: Credits
    /// The reference of the grant to take them from; nil for all of the account's grants, in the order in which
    /// calls spend them.
    package let grant: String?
    /// Whether the account may go into debt. If true, what a named grant lacks is taken from the account's other grants
    /// first, and the account owes the rest. If false, and the named grant has too little (or the account, if no grant
    /// is named), nothing is taken.
    package let allowsDebt: Bool
    /// Makes the request safe to retry: a second one with the same reference does nothing. Only withdrawals are
    /// compared: a grant may have the same reference.
    package let reference: GrantReference
    /// Who takes them, and why: recorded in the journal.
    package let note: Ledger.Note
    /// The plans in force. Credits that the account's plan owes it are granted first.
    package let plans: PlanBook

    /// - Throws: ``InvalidInput`` unless the credits are 1 or more and the grant's reference has 1 to 255 bytes without
    ///   control characters.
    package init(
        account: AccountID,
        credits: Credits,
        from grant: String? = nil,
        allowsDebt: Bool = false,
        reference: GrantReference,
        note: Ledger.Note,
        plans: PlanBook = .empty
    ) throws(InvalidInput) {
        guard credits > 0 else {
            throw InvalidInput("a withdrawal must take 1 credit or more; this one takes \(credits)")
        }
        self.account = account
        self.credits = credits
        self.grant = grant == nil ? nil : try checked(grant ?? "", is: "a grant's reference")
        self.allowsDebt = allowsDebt
        self.reference = reference
        self.note = note
        self.plans = plans
    }
}
