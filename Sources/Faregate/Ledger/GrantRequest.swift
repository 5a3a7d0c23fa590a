/// A lot of credits to give to an account.
package struct GrantRequest: Sendable {
    package var account: AccountID
    package let credits: Credits
    package let source: GrantSource
    package let reference: GrantReference
    /// Lower burns first; −1000 to 1000, 0 where nothing is said.
    package let priority: Int
    package let expiresAt: Timestamp
    /// Why, for people: at most 500 bytes.
    package let reason: String?
    /// Who gave it, where a person did: at most 255 bytes.
    package let by: String?
    /// What the account receives as well, if this is the first sight of it, or its plan owes it something.
    package let plans: PlanBook

    /// - Throws: ``InvalidInput`` unless the credits are 1 or more, the priority is in its range and the reason is short.
    package init(
        account: AccountID,
        credits: Credits,
        source: GrantSource,
        reference: GrantReference,
        priority: Int = 0,
        expiresAt: Timestamp = .never,
        reason: String? = nil,
        by: String? = nil,
        plans: PlanBook = .empty
    ) throws(InvalidInput) {
        guard credits > 0 else { throw InvalidInput("a grant has 1 credit or more; this one has \(credits)") }
        guard (-1000...1000).contains(priority) else {
            throw InvalidInput("a grant's priority lies between -1000 and 1000; this one is \(priority)")
        }
        guard reason?.utf8.count ?? 0 <= 500 else {
            throw InvalidInput("a grant's reason has at most 500 bytes; this one has \(reason?.utf8.count ?? 0)")
        }
        guard by?.utf8.count ?? 0 <= 255 else { throw InvalidInput("the name of who gives it has at most 255 bytes") }
        self.account = account
        self.credits = credits
        self.source = source
        self.reference = reference
        self.priority = priority
        self.expiresAt = expiresAt
        self.reason = reason
        self.by = by
        self.plans = plans
    }
}
