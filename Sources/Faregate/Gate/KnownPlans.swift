/// The plans that accounts were on when a ledger last told. What is out of date here costs one more attempt to charge, and
/// nothing else.
final class KnownPlans: Sendable {
    /// A limit on memory. Full, it starts anew.
    private let maximumCount: Int
    private let plans = Mutex<[AccountID: String?]>([:])

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// - Parameter defaultPlan: the plan of an account that nothing is known of.
    func plan(of account: AccountID, otherwise defaultPlan: String?) -> String? {
        plans.withLock { plans in
            if let known = plans[account] { known } else { defaultPlan }
        }
    }

    /// - Parameter plan: nil where the account is on none.
    func remember(_ plan: String?, of account: AccountID) {
        plans.withLock { plans in
            if plans.count >= maximumCount, plans[account] == nil { plans.removeAll() }
            plans.updateValue(plan, forKey: account)
        }
    }
}

/// The plans that a gate has reported as missing: each once.
final class ReportedPlans: Sendable {
    /// A limit on memory. Beyond it nothing more is reported.
    private static let maximumCount = 1000

    private let names = Mutex<Set<String>>([])

    /// - Returns: false where it was reported before.
    func add(_ name: String) -> Bool {
        names.withLock { $0.count < ReportedPlans.maximumCount && $0.insert(name).inserted }
    }
}

extension Gate {
    /// Remembers which plan an account is on, and reports a plan that the policy lacks.
    func remember(_ plan: String?, of account: AccountID) {
        plans.remember(plan, of: account)
        if let plan { _ = policies.policy.planBook.plan(ofAccountOn: plan) }
        reportMissingPlans()
    }

    /// Reports the plans that ledgers looked up in the policy and didn't find, each once.
    func reportMissingPlans() {
        for name in policies.policy.planBook.missingPlans where reportedPlans.add(name) {
            observer.observe(GateEvent(missingPlan: name))
        }
    }
}
