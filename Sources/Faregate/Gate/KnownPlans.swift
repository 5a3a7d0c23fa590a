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
    func learn(_ plan: String?, of account: AccountID) {
        plans.withLock { plans in
            if plans.count >= maximumCount, plans[account] == nil { plans.removeAll() }
            plans.updateValue(plan, forKey: account)
        }
    }
}
