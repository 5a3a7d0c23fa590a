/// All that a ledger needs to know to charge one call.
public struct ChargeRequest: Sendable {
    public var account: AccountID
    public var member: MemberID?
    /// Zero or more; a negative cost is refused before it gets to a ledger.
    public var cost: Credits
    public var terms: ChargeTerms
    /// The plan by which the price was found: an account on another is refused. Nil where no rule asked for it.
    public var assumedPlan: AssumedPlan?
    public var key: IdempotencyKey?
    public var attributes: Attributes
    /// What rules in shadow mode would have done, in words; kept with the charge.
    public var shadow: String?

    public init(
        account: AccountID,
        member: MemberID? = nil,
        cost: Credits,
        under terms: ChargeTerms,
        assuming assumedPlan: AssumedPlan? = nil,
        key: IdempotencyKey? = nil,
        attributes: Attributes = [:],
        shadow: String? = nil
    ) {
        self.account = account
        self.member = member
        self.cost = cost
        self.terms = terms
        self.assumedPlan = assumedPlan
        self.key = key
        self.attributes = attributes
        self.shadow = shadow
    }
}
