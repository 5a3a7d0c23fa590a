/// Credits to take away from an account by hand: those of a mistyped grant, for example.
package struct Withdrawal: Sendable {
    package var account: AccountID
    /// 1 or more.
    package let credits: Credits
    /// The reference of the grant to take them from; nil for the account's grants in burn order.
    package let grant: String?
    /// Whether the account owes what is not there. The rest of a named grant is taken from the others first.
    package let allowsDebt: Bool
    /// Makes it safe to repeat: the same reference again takes nothing more. Grants have references of their own.
    package let reference: GrantReference
    /// Who takes them, and why: kept with the journal.
    package let note: Ledger.Note
    /// What the account receives first, where its plan owes it something.
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
        guard credits > 0 else { throw InvalidInput("1 credit or more is taken away; this is \(credits)") }
        self.account = account
        self.credits = credits
        self.grant = grant == nil ? nil : try checked(grant ?? "", is: "a grant's reference")
        self.allowsDebt = allowsDebt
        self.reference = reference
        self.note = note
        self.plans = plans
    }
}
