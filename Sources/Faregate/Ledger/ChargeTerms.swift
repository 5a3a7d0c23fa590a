/// What the calls of an action that the same rule prices have in common, while their limits' windows last.
///
/// A class, for all these calls to refer to one, by whose identity a ledger finds again what it knows of it.
package final class ChargeTerms: Sendable {
    package let action: String
    /// What the action was called at first: idempotency keys go by it, so that a renamed action still knows them.
    package let firstName: String
    package let limits: [LimitCheck]
    /// What an account receives that this call is the first sight of, or that is due something of its plan.
    package let plans: PlanBook
    package let policyVersion: String
    /// The line of the policy that set the price.
    package let rule: Policy.Location
    package let refundGraceMilliseconds: Int64
    /// An account that has less than this afterwards is told of in ``ChargeDecision/held(_:spendable:exceeded:)``.
    package let lowBalance: Credits

    package init(
        action: String,
        firstName: String? = nil,
        limits: [LimitCheck] = [],
        plans: PlanBook = .empty,
        policyVersion: String,
        rule: Policy.Location,
        refundGraceMilliseconds: Int64 = 24 * 60 * 60 * 1000,
        lowBalance: Credits = 0
    ) {
        self.action = action
        self.firstName = firstName ?? action
        self.limits = limits
        self.plans = plans
        self.policyVersion = policyVersion
        self.rule = rule
        self.refundGraceMilliseconds = refundGraceMilliseconds
        self.lowBalance = lowBalance
    }

    /// The same with other limits.
    package func limited(by limits: [LimitCheck]) -> ChargeTerms {
        ChargeTerms(
            action: action,
            firstName: firstName,
            limits: limits,
            plans: plans,
            policyVersion: policyVersion,
            rule: rule,
            refundGraceMilliseconds: refundGraceMilliseconds,
            lowBalance: lowBalance
        )
    }
}
