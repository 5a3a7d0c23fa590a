/// Everything that a ledger needs to charge one call.
package struct ChargeRequest: Sendable {
    package var account: AccountID
    package var member: MemberID?
    /// Zero or more.
    package var cost: Credits
    package var terms: ChargeTerms
    /// The plan that the price and the limits assume: the ledger refuses an account on another plan. Nil if no rule and
    /// no limit tests the plan.
    package var assumedPlan: AssumedPlan?
    package var key: IdempotencyKey?
    package var attributes: Attributes
    /// The expected use, as the caller gave it; recorded with the charge.
    package var units: Units
    /// What rules in shadow mode would have done, in words; recorded with the charge.
    package var shadow: String?

    package init(
        account: AccountID,
        member: MemberID? = nil,
        cost: Credits,
        under terms: ChargeTerms,
        assuming assumedPlan: AssumedPlan? = nil,
        key: IdempotencyKey? = nil,
        attributes: Attributes = [:],
        units: Units = [:],
        shadow: String? = nil
    ) {
        self.account = account
        self.member = member
        self.cost = cost
        self.terms = terms
        self.assumedPlan = assumedPlan
        self.key = key
        self.attributes = attributes
        self.units = units
        self.shadow = shadow
    }
}
