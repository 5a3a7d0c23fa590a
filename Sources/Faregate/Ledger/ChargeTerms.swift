/// The part of a charge request that is the same for all calls under one price rule, until a limit's window ends.
///
/// A class, so that a ledger can use its identity as the key of a cache.
package final class ChargeTerms: Sendable {
    package let action: String
    /// The action's names: the former ones, oldest first, and the present one. Credits for any of these names pay for
    /// the action.
    package let names: [String]
    /// The action's original name. Idempotency keys are stored under it, so that they survive a rename.
    package var firstName: String { names[0] }
    package let limits: [LimitCheck]
    /// The plans to grant from, if the account is new or its plan owes it credits.
    package let plans: PlanBook
    package let policyVersion: String
    /// The line of the policy that set the price.
    package let rule: Policy.Location
    package let refundGraceMilliseconds: Int64
    /// ``ChargeDecision/held(_:spendable:exceeded:)`` reports the balance if fewer credits than this remain.
    package let lowBalance: Credits

    package init(
        action: String,
        was: [String] = [],
        limits: [LimitCheck] = [],
        plans: PlanBook = .empty,
        policyVersion: String,
        rule: Policy.Location,
        refundGraceMilliseconds: Int64 = 24 * 60 * 60 * 1000,
        lowBalance: Credits = 0
    ) {
        self.action = action
        names = was + [action]
        self.limits = limits
        self.plans = plans
        self.policyVersion = policyVersion
        self.rule = rule
        self.refundGraceMilliseconds = refundGraceMilliseconds
        self.lowBalance = lowBalance
    }

    /// The same terms with other limits.
    package func limited(by limits: [LimitCheck]) -> ChargeTerms {
        ChargeTerms(
            action: action,
            was: names.dropLast(),
            limits: limits,
            plans: plans,
            policyVersion: policyVersion,
            rule: rule,
            refundGraceMilliseconds: refundGraceMilliseconds,
            lowBalance: lowBalance
        )
    }
}
