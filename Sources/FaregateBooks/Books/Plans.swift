import Faregate

extension Books {
    /// Moves an account to a plan. Grants of earlier plans stay.
    func move(
        _ account: AccountID, to plan: Policy.Plan, under plans: PlanBook, _ note: Ledger.Note, at now: Timestamp
    ) throws(SQLError) {
        let number = try refresh(account, under: plans, at: now)
        try database.run("UPDATE accounts SET plan = ?2 WHERE id = ?1", number, plan.name)
        try add(note, "moved to plan \(plan.name)", to: number, at: now)
        try refresh(number, on: plan, isNewOnPlan: true, calendar: plans.calendar, at: now)
    }

    /// - Parameter isNewOnPlan: whether the account just joined the plan, and receives its opening grants.
    func refresh(
        _ account: Int64, on plan: Policy.Plan, isNewOnPlan: Bool, calendar: WindowCalendar, at now: Timestamp
    ) throws(SQLError) {
        try rename(account, to: plan)
        if isNewOnPlan {
            for grant in plan.grants where grant.every == .once {
                if try hasOpening(account, of: plan, grant.name) { continue }
                try insert(PlanLine(plan: plan.name, grant: grant).opening(at: now), for: account, at: now)
            }
        }
        try renew(account, on: plan, isNewOnPlan: isNewOnPlan, calendar, at: now)
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

    private static let millisecondsPerDay: Int64 = 24 * 60 * 60 * 1000
}
