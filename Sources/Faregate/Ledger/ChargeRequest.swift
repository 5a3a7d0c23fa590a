/// All that a ledger needs to know to charge one call.
package struct ChargeRequest: Sendable {
    package var account: AccountID
    package var member: MemberID?
    /// Zero or more; a negative cost is refused before it gets to a ledger.
    package var cost: Credits
    package var terms: ChargeTerms
    /// The plan by which the price was found: an account on another is refused. Nil where no rule asked for it.
    package var assumedPlan: AssumedPlan?
    package var key: IdempotencyKey?
    package var attributes: Attributes
    /// What rules in shadow mode would have done, in words; kept with the charge.
    package var shadow: String?

    package init(
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
