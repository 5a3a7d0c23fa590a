/// A request to give credits to an account.
package struct GrantRequest: Sendable {
    package var account: AccountID
    package let credits: Credits
    package let source: GrantSource
    package let reference: GrantReference
    /// Grants with a lower priority are spent first; −1000 to 1000, 0 by default.
    package let priority: Int
    package let expiresAt: Timestamp
    /// The actions that the credits pay for, in alphabetical order; nil for all actions.
    package let actions: [String]?
    /// The reason, for people: at most 500 bytes.
    package let reason: String?
    /// The person who gave it, if any: at most 255 bytes.
    package let by: String?
    /// The plans in force. If the account is new or its plan owes it credits, those credits are granted in the same
    /// step.
    package let plans: PlanBook

    /// - Throws: ``InvalidInput`` unless the credits are 1 or more, the priority is in range and the texts are short
    ///   enough.
    package init(
        account: AccountID,
        credits: Credits,
        source: GrantSource,
        reference: GrantReference,
        priority: Int = 0,
        expiresAt: Timestamp = .never,
        actions: [String]? = nil,
        reason: String? = nil,
        by: String? = nil,
        plans: PlanBook = .empty
    ) throws(InvalidInput) {
        guard credits > 0 else { throw InvalidInput("a grant must have 1 credit or more; this one has \(credits)") }
        guard (-1000...1000).contains(priority) else {
            throw InvalidInput("a grant's priority must be between -1000 and 1000; this one is \(priority)")
        }
        let actions = actions.map { Set($0).sorted() }
        guard actions?.isEmpty != true else {
            throw InvalidInput("a grant's list of actions is empty; leave it out for all actions")
        }
        let length = actions?.joined(separator: " ").utf8.count ?? 0
        guard length <= Policy.maximumPurposeLength else {
            throw InvalidInput(
                "the names of the actions that credits pay for can have at most \(Policy.maximumPurposeLength) bytes, "
                    + "including spaces between them; these have \(length)")
        }
        guard reason?.utf8.count ?? 0 <= 500 else {
            throw InvalidInput("a grant's reason can have at most 500 bytes; this one has \(reason?.utf8.count ?? 0)")
        }
        guard by?.utf8.count ?? 0 <= 255 else {
            throw InvalidInput("the name of the person who grants can have at most 255 bytes")
        }
        self.account = account
        self.credits = credits
        self.source = source
        self.reference = reference
        self.priority = priority
        self.expiresAt = expiresAt
        self.actions = actions
        self.reason = reason
        self.by = by
        self.plans = plans
    }
}
