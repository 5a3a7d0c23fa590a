import Faregate

extension Books {
    /// Grants each recurring grant of a plan for its current period, unless the same or a later period was granted
    /// before.
    func renew(
        _ account: Int64, on plan: Policy.Plan, isNewOnPlan: Bool, _ calendar: WindowCalendar, at now: Timestamp
    ) throws(SQLError) {
        var renewals: [PlanRenewal] = []
        for grant in plan.grants where grant.every != .once {
            let line = PlanLine(plan: plan.name, grant: grant)
            if let renewal = try renewal(of: line, account, isNewOnPlan: isNewOnPlan, calendar, at: now) {
                renewals.append(renewal)
            }
        }
        guard !renewals.isEmpty else { return }
        let debt = try Credits(stored: try debt(of: account))
        PlanRenewal.paySkipped(&renewals, debt: debt, in: calendar)
        var lines: [String: Int64] = [:]
        for renewal in renewals { lines[renewal.grant.name] = try note(renewal, of: plan, account) }
        for part in PlanRenewal.parts(of: renewals) {
            let line = PlanLine(plan: plan.name, grant: part.renewal.grant)
            let reference = line.reference(part.renewal.period.number) + part.suffix
            var grant = NewGrant(reference: reference, source: .plan, credits: try Credits(stored: part.credits))
            (grant.priority, grant.expiresAt, grant.position) = (line.grant.priority, part.expiresAt, part.position)
            grant.actions = part.actions
            if part.rollsOver { (grant.line, grant.period) = (lines[line.name], part.renewal.period.number) }
            try insert(grant, for: account, at: now)
        }
    }

    /// - Returns: nil if no period is due.
    private func renewal(
        of line: PlanLine, _ account: Int64, isNewOnPlan: Bool, _ calendar: WindowCalendar, at now: Timestamp
    ) throws(SQLError) -> PlanRenewal? {
        let known = try database.first(
            "SELECT id, since, period FROM plan_lines WHERE account_id = ?1 AND plan = ?2 AND line = ?3",
            account, line.plan, line.name
        ) { (id: $0.integer(0), since: Timestamp(rawValue: $0.integer(1)), period: Int($0.integer(2))) }
        let since = known?.since ?? now
        let period = line.grant.period(containing: now, since: since, in: calendar)
        guard period.number > known?.period ?? -1 else { return nil }
        // The time on another plan grants nothing and carries nothing over.
        guard let known, !isNewOnPlan else {
            return PlanRenewal(line.grant, since: since, period: period, latest: nil, unspent: [])
        }
        let unspent = try unspent(of: known.id, in: known.period)
        return PlanRenewal(line.grant, since: since, period: period, latest: known.period, unspent: unspent)
    }

    /// - Returns: the number of the line.
    private func note(_ renewal: PlanRenewal, of plan: Policy.Plan, _ account: Int64) throws(SQLError) -> Int64? {
        try database.first(
            """
            INSERT INTO plan_lines (account_id, plan, line, since, period, ends_at, room)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (account_id, plan, line) DO UPDATE SET period = excluded.period, ends_at = excluded.ends_at, room = excluded.room
            RETURNING id
            """,
            account, plan.name, renewal.grant.name, renewal.since, Int64(renewal.period.number),
            renewal.period.range.upperBound, renewal.room
        ) { $0.integer(0) }
    }

    /// The credits left at the end of a period, without those that were returned later, by what they pay for.
    private func unspent(of line: Int64, in period: Int) throws(SQLError) -> [PlanRenewal.Leftover] {
        try database.rows(
            """
            SELECT actions, sum(max(0, expired + remaining - returned)) FROM grants
            WHERE line_id = ?1 AND period = ?2 GROUP BY actions
            """,
            line, Int64(period)
        ) { row throws(SQLError) in
            PlanRenewal.Leftover(actions: try row.actions(0), credits: try row.credits(1).rawValue)
        }
    }

    /// Continues a renamed plan under its new name.
    func rename(_ account: Int64, to plan: Policy.Plan) throws(SQLError) {
        guard !plan.was.isEmpty else { return }
        try database.run(
            """
            UPDATE plan_lines SET plan = ?2
            WHERE id IN (
                SELECT min(id) FROM plan_lines
                WHERE account_id = ?1 AND plan IN (SELECT value FROM json_each(?3))
                    AND line NOT IN (SELECT line FROM plan_lines WHERE account_id = ?1 AND plan = ?2)
                GROUP BY line)
            """,
            account, plan.name, json(plan.was)
        )
    }

    /// Whether the account got this opening grant under a former name of the plan.
    func hasOpening(_ account: Int64, of plan: Policy.Plan, _ line: String) throws(SQLError) -> Bool {
        try database.integer(
            """
            SELECT 1 FROM json_each(?2) JOIN grants
                ON account_id = ?1 AND reference = 'opening:' || json_each.value || ':' || ?3
            """,
            account, json(plan.was), line
        ) != nil
    }

    /// Carries credits returned to ended periods over into the current one, as far as its rollover has room,
    /// as if they had been returned in time. The rest stays in the old grant.
    func carryOver(_ account: Int64, at now: Timestamp) throws(SQLError) {
        let returned = try database.rows(
            """
            SELECT id, line_id, remaining, min(returned, remaining + expired), position - position % 2, priority, actions
            FROM grants
            WHERE account_id = ?1 AND returned > 0 ORDER BY expires_at, position, id
            """,
            account
        ) { row throws(SQLError) in
            (
                id: row.integer(0), line: row.integer(1), left: row.integer(2), returned: row.integer(3),
                position: row.integer(4), priority: Int(row.integer(5)), actions: try row.actions(6)
            )
        }
        for grant in returned {
            try database.run("UPDATE grants SET returned = 0 WHERE id = ?1", grant.id)
            guard let present = try presentPeriod(of: grant.line) else { continue }
            let credits = min(grant.returned, present.room)
            guard credits > 0 else { continue }
            if grant.left > 0 { try expire(min(credits, grant.left), of: grant.id, account, at: now) }
            try database.run("UPDATE plan_lines SET room = room - ?2 WHERE id = ?1", grant.line, credits)
            var carried = NewGrant(reference: present.next, source: .plan, credits: try Credits(stored: credits))
            (carried.priority, carried.expiresAt, carried.position) = (grant.priority, present.endsAt, grant.position)
            (carried.line, carried.period, carried.actions) = (grant.line, present.number, grant.actions)
            try insert(carried, for: account, at: now)
        }
    }

    /// - Returns: the latest period of a plan's grant, with the credits that can still be carried over into it, its
    ///   end, and the reference for the next grant that carries some over; nil if the account is on another plan now.
    private func presentPeriod(
        of line: Int64
    ) throws(SQLError) -> (number: Int, room: Int64, endsAt: Timestamp, next: String)? {
        try database.first(
            """
            WITH present AS (
                SELECT account_id, period, room, ends_at,
                    'plan:' || plan_lines.plan || ':' || line || ':' || period || ':returned:' AS reference
                FROM plan_lines JOIN accounts ON accounts.id = account_id AND accounts.plan = plan_lines.plan
                WHERE plan_lines.id = ?1)
            SELECT period, room, ends_at, reference || (
                SELECT 1 + count(*) FROM grants
                WHERE account_id = present.account_id
                    AND reference > present.reference AND reference < present.reference || ';')
            FROM present
            """,
            line
        ) { row in
            (
                number: Int(row.integer(0)), room: row.integer(1), endsAt: Timestamp(rawValue: row.integer(2)),
                next: row.text(3)
            )
        }
    }

    /// Whether a period of the account's plan has ended and the next one is not granted yet.
    func owesRenewal(to account: Int64, at now: Timestamp) throws(SQLError) -> Bool {
        try database.integer(
            """
            SELECT 1 FROM accounts JOIN plan_lines ON plan_lines.account_id = accounts.id
            WHERE accounts.id = ?1 AND plan_lines.plan = accounts.plan AND ends_at <= ?2
            """,
            account, now
        ) != nil
    }
}

/// A grant of a plan, identified by its name, so that an edit of its amount or of other grants
/// doesn't affect its periods or its opening grant.
struct PlanLine {
    let plan: String
    let grant: Policy.Plan.Grant

    var name: String { grant.name }

    func opening(at now: Timestamp) -> NewGrant {
        var opening = NewGrant(reference: "opening:\(plan):\(name)", source: .plan, credits: grant.credits)
        (opening.priority, opening.expiresAt) = (grant.priority, grant.expiry(in: now..<Timestamp.never))
        (opening.position, opening.actions) = (PlanRenewal.position(of: grant, isCarried: false), grant.actions)
        return opening
    }

    func reference(_ period: Int) -> String { "plan:\(plan):\(name):\(period)" }
}
