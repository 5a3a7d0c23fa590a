import Faregate

extension Books {
    /// Opens the account if it is new, expires its grants, and grants what its plan owes.
    ///
    /// - Returns: the account's number.
    @discardableResult
    func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) throws(SQLError) -> Int64 {
        try database.run(
            "INSERT INTO accounts (name, opened_at) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING", account, now
        )
        guard let number = try number(of: account) else {
            throw .inconsistent("an account could neither be stored nor found")
        }
        try refresh(number, under: plans, at: now)
        return number
    }

    /// Refreshes the account before its credits are used.
    func refreshIfDue(_ account: Int64, under plans: PlanBook, at now: Timestamp) throws(SQLError) {
        let dueAt = try database.integer("SELECT due_at FROM accounts WHERE id = ?1", account) ?? 0
        if dueAt <= now.rawValue { try refresh(account, under: plans, at: now) }
    }

    private func refresh(_ account: Int64, under plans: PlanBook, at now: Timestamp) throws(SQLError) {
        try expireGrants(of: account, at: now)
        let known = try database.first("SELECT plan FROM accounts WHERE id = ?1", account) { $0.optionalText(0) } ?? nil
        // An account without a plan gets the default plan at its first refresh under a policy that has one.
        if let plan = if let known { plans.plan(ofAccountOn: known) } else { plans.defaultPlan } {
            if known != plan.name {
                try database.run("UPDATE accounts SET plan = ?2 WHERE id = ?1", account, plan.name)
            }
            try refresh(account, on: plan, isNewOnPlan: known == nil, calendar: plans.calendar, at: now)
        } else {
            // No plan, or one that the policy doesn't have: the due time stays, so that a later refresh tries again.
            try payDebt(of: account, at: now)
        }
    }

    /// Whether the account's plan was renamed since the latest refresh.
    func hasOldName(of account: Int64, _ plans: PlanBook) throws(SQLError) -> Bool {
        guard let name = try plan(of: account), let plan = plans[name] else { return false }
        return plan.name != name
    }

    /// If the account is still due after a refresh, because its plan is unknown, makes it due again in a minute, so
    /// that it can be charged meanwhile.
    func postponeRefresh(of account: Int64, at now: Timestamp) throws(SQLError) {
        let soon = now.advanced(byMilliseconds: Books.millisecondsPerMinute)
        try database.run(
            """
            UPDATE accounts SET due_at = min(?3, coalesce((
                SELECT min(expires_at) FROM grants WHERE account_id = ?1 AND NOT spent), ?3))
            WHERE id = ?1 AND due_at <= ?2
            """,
            account, now, soon
        )
    }

    private static let millisecondsPerMinute: Int64 = 60_000
}
