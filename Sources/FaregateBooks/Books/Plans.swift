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
            try refresh(account, on: plan, hasCome: known == nil, calendar: plans.calendar, at: now)
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

    /// Moves an account to a plan. Grants of earlier plans stay.
    func move(
        _ account: AccountID, to plan: Policy.Plan, under plans: PlanBook, _ note: Ledger.Note, at now: Timestamp
    ) throws(SQLError) {
        let number = try refresh(account, under: plans, at: now)
        try database.run("UPDATE accounts SET plan = ?2 WHERE id = ?1", number, plan.name)
        try add(note, "moved to plan \(plan.name)", to: number, at: now)
        try refresh(number, on: plan, hasCome: true, calendar: plans.calendar, at: now)
    }

    /// - Parameter hasCome: whether the account just moved to the plan, and receives its opening grants.
    private func refresh(
        _ account: Int64, on plan: Policy.Plan, hasCome: Bool, calendar: WindowCalendar, at now: Timestamp
    ) throws(SQLError) {
        try rename(account, to: plan)
        if hasCome {
            for grant in plan.grants where grant.every == .once {
                if try hasOpening(account, of: plan, grant.name) { continue }
                try insert(PlanLine(plan: plan.name, grant: grant).opening, for: account, at: now)
            }
        }
        try renew(account, on: plan, hasCome: hasCome, calendar, at: now)
        // A grant that was removed from the plan is no longer due.
        try database.run(
            "UPDATE plan_lines SET ends_at = ?4, room = 0 WHERE account_id = ?1 AND plan = ?2 AND ends_at <= ?3",
            account, plan.name, now, Timestamp.never
        )
        try payDebt(of: account, at: now)
        try carryOver(account, at: now)
        // Edits of the policy files reach an account within a day.
        try setRefresh(of: account, to: now.advanced(byMilliseconds: Books.millisecondsPerDay), at: now)
    }

    /// Due at this time, or earlier if a grant expires or a period of the plan ends before.
    private func setRefresh(of account: Int64, to moment: Timestamp, at now: Timestamp) throws(SQLError) {
        try database.run(
            """
            UPDATE accounts SET due_at = min(
                ?2,
                coalesce((SELECT min(expires_at) FROM grants WHERE account_id = ?1 AND NOT spent), ?2),
                coalesce((
                    SELECT min(ends_at) FROM plan_lines
                    WHERE account_id = ?1 AND plan_lines.plan = accounts.plan AND ends_at > ?3), ?2))
            WHERE id = ?1
            """,
            account, moment, now
        )
    }

    private static let millisecondsPerMinute: Int64 = 60_000
    private static let millisecondsPerDay: Int64 = 24 * 60 * 60 * 1000
}
