import Faregate

extension Books {
    /// Opens an account that is new, expires its grants, and grants what its plan owes.
    ///
    /// - Returns: the account's number.
    @discardableResult
    func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) throws(SQLiteError) -> Int64 {
        let isNew =
            try database.run(
                "INSERT INTO accounts (name, plan, opened_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
                account, plans.defaultPlan?.name, now
            ) == 1
        guard let number = try number(of: account) else { throw .inconsistent("an account is neither new nor known") }
        try expireGrants(of: number, at: now)
        let (name, dueAt) =
            try database.first("SELECT plan, due_at FROM accounts WHERE id = ?1", number) {
                ($0.optionalText(0), Timestamp(rawValue: $0.integer(1)))
            } ?? (nil, .never)
        if let name, let plan = plans[name] {
            try refresh(number, on: plan, isNew: isNew, calendar: plans.calendar, at: now)
        } else {
            // A process that knows the plan will refresh the account: soon, if something is due.
            let soon = now.advanced(byMilliseconds: Books.millisecondsPerMinute)
            try setRefresh(of: number, to: name == nil ? .never : dueAt > now ? dueAt : soon)
        }
        return number
    }

    /// Puts an account on a plan. What earlier plans granted stays as it is.
    func move(
        _ account: AccountID, to plan: Plan, under plans: PlanBook, _ note: Note, at now: Timestamp
    ) throws(SQLiteError) {
        let number = try refresh(account, under: plans, at: now)
        try database.run("UPDATE accounts SET plan = ?2, due_at = 0 WHERE id = ?1", number, plan.name)
        try add(note, "moved to plan \(plan.name)", to: number, at: now)
        try refresh(number, on: plan, isNew: true, calendar: plans.calendar, at: now)
    }

    /// - Parameter isNew: the account has just come to the plan, and receives what the plan grants once.
    private func refresh(
        _ account: Int64, on plan: Plan, isNew: Bool, calendar: WindowCalendar, at now: Timestamp
    ) throws(SQLiteError) {
        // Edits of the policy files reach an account within a day.
        var dueAt = now.advanced(byMilliseconds: Books.millisecondsPerDay)
        for grant in plan.grants {
            let line = PlanLine(plan: plan.name, grant: grant)
            if grant.every == .once {
                if isNew { try insert(line.opening, for: account, at: now) }
            } else {
                dueAt = min(dueAt, try renew(line, of: account, calendar, at: now))
            }
        }
        try setRefresh(of: account, to: dueAt)
    }

    /// At that moment, or earlier where a grant expires before.
    private func setRefresh(of account: Int64, to moment: Timestamp) throws(SQLiteError) {
        try database.run(
            """
            UPDATE accounts SET due_at = min(?2, coalesce((
                SELECT min(expires_at) FROM grants WHERE account_id = ?1 AND NOT spent), ?2))
            WHERE id = ?1
            """,
            account, moment
        )
    }

    private static let millisecondsPerMinute: Int64 = 60_000
    private static let millisecondsPerDay: Int64 = 24 * 60 * 60 * 1000

    /// Grants the period that contains this moment, if no period as late was granted before.
    ///
    /// - Returns: when the next one begins.
    private func renew(
        _ line: PlanLine, of account: Int64, _ calendar: WindowCalendar, at now: Timestamp
    ) throws(SQLiteError) -> Timestamp {
        let latest = try database.first(
            "SELECT since, period FROM plan_periods WHERE account_id = ?1 AND plan = ?2 AND line = ?3",
            account, line.plan, line.name
        ) { (since: Timestamp(rawValue: $0.integer(0)), number: Int($0.integer(1))) }
        let since = latest?.since ?? now
        let period = line.grant.period(containing: now, since: since, in: calendar)
        guard period.number > latest?.number ?? -1 else { return period.range.upperBound }
        if let latest {
            let carried = line.grant.rolledOver(
                try leftOver(of: line, from: latest.number, account), from: period.number - latest.number
            )
            if carried > 0 {
                try insert(line.grant(line.rollover(period.number), carried, period), for: account, at: now)
            }
        }
        try insert(line.grant(line.reference(period.number), line.grant.credits, period), for: account, at: now)
        try database.run(
            """
            INSERT INTO plan_periods (account_id, plan, line, since, period) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET period = excluded.period
            """,
            account, line.plan, line.name, since, Int64(period.number)
        )
        return period.range.upperBound
    }

    /// What was not spent of a period's grants.
    private func leftOver(of line: PlanLine, from period: Int, _ account: Int64) throws(SQLiteError) -> Credits {
        try database.first(
            """
            SELECT coalesce(sum(expired + remaining), 0) FROM grants
            WHERE account_id = ?1 AND reference IN (?2, ?3)
            """,
            account, line.reference(period), line.rollover(period)
        ) { row throws(SQLiteError) in try row.credits(0) } ?? 0
    }
}

/// One of the grants of a plan. Its name tells it from the others, so that an edit of its amount or of other grants leaves
/// its periods and its opening grant alone.
private struct PlanLine {
    let plan: String
    let grant: PlanGrant

    var name: String { grant.name }

    var opening: NewGrant {
        NewGrant(reference: "opening:\(plan):\(name)", source: .plan, credits: grant.credits)
    }

    func reference(_ period: Int) -> String { "plan:\(plan):\(name):\(period)" }
    func rollover(_ period: Int) -> String { reference(period) + ":rollover" }

    func grant(_ reference: String, _ credits: Credits, _ period: PlanPeriod) -> NewGrant {
        NewGrant(reference: reference, source: .plan, credits: credits, expiresAt: period.range.upperBound)
    }
}
