/// A cache of the plans that accounts are on. An outdated entry costs one more attempt to charge, and nothing else.
final class KnownPlans: Sendable {
    /// Bounds the memory. A full cache is emptied.
    private let maximumCount: Int
    private let plans = Mutex<[AccountID: String?]>([:])

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// - Parameter defaultPlan: the plan of an account that isn't cached.
    func plan(of account: AccountID, otherwise defaultPlan: String?) -> String? {
        plans.withLock { plans in
            if let known = plans[account] { known } else { defaultPlan }
        }
    }

    /// - Parameter plan: nil if the account is on none.
    func remember(_ plan: String?, of account: AccountID) {
        plans.withLock { plans in
            if plans.count >= maximumCount, plans[account] == nil { plans.removeAll() }
            plans.updateValue(plan, forKey: account)
        }
    }
}

/// The plans that a gate has reported as missing. Each is reported once.
final class ReportedPlans: Sendable {
    /// Bounds the memory. Beyond this number, missing plans aren't reported.
    private static let maximumCount = 1000

    private let names = Mutex<Set<String>>([])

    /// - Returns: false if it was already reported.
    func add(_ name: String) -> Bool {
        names.withLock { $0.count < ReportedPlans.maximumCount && $0.insert(name).inserted }
    }
}

extension Gate {
    /// Caches the plan that an account is on, and reports it if the policy doesn't have it.
    func remember(_ plan: String?, of account: AccountID) {
        plans.remember(plan, of: account)
        if let plan { _ = policy.planBook.plan(ofAccountOn: plan) }
        reportMissingPlans()
    }

    /// Reports, once each, the plans that ledgers looked up in the policy and didn't find.
    func reportMissingPlans() {
        for name in policy.planBook.missingPlans where reportedPlans.add(name) {
            observer.observe(GateEvent(missingPlan: name))
        }
    }
}
