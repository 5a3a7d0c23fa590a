public import Faregate

extension SQLiteLedger {
    public func attend(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await writer.write { connection throws(SQLiteError) in
            _ = try connection.attend(account, under: plans, at: now)
        }
    }

    public func suspend(_ account: AccountID, _ note: Note, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await change(account, by: .suspend, now, "suspended", note, at: now)
    }

    public func resume(_ account: AccountID, _ note: Note, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await change(account, by: .resume, nil, "resumed", note, at: now)
    }

    public func move(
        _ account: AccountID,
        to plan: Plan,
        under plans: PlanBook,
        _ note: Note,
        at now: Timestamp
    ) async throws(LedgerError) {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                let number = try connection.attend(account, under: plans, at: now)
                try connection.run(.setPlan, number, plan.name)
                try connection.run(.note, number, now, "moved to plan \(plan.name)", note.by, note.reason)
                try connection.attend(number, on: plan, isNew: true, calendar: plans.calendar, at: now)
            }
        }
    }

    private func change(
        _ account: AccountID,
        by sql: SQL,
        _ moment: Timestamp?,
        _ deed: String,
        _ note: Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Bool {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                guard let number = try connection.number(of: account) else { return false }
                let isDone =
                    if let moment { try connection.run(sql, number, moment) == 1 } else {
                        try connection.run(sql, number) == 1
                    }
                if isDone { try connection.run(.note, number, now, deed, note.by, note.reason) }
                return isDone
            }
        }
    }
}

extension Connection {
    /// Opens an account that is new, puts away what has expired, and grants what the plan owes.
    ///
    /// - Returns: the account's number.
    @discardableResult
    func attend(_ account: AccountID, under plans: PlanBook, at now: Timestamp) throws(SQLiteError) -> Int64 {
        try step { () throws(SQLiteError) in
            let isNew = try run(.openAccount, account, plans.defaultPlan?.name, now) == 1
            guard let number = try number(of: account) else {
                throw .inconsistent("an account is neither new nor known")
            }
            try sweep(number, at: now)
            let (name, dueAt) = try first(.plan, number) { ($0.optionalText(0), $0.integer(1)) } ?? (nil, 0)
            if let name, let plan = plans[name] {
                try attend(number, on: plan, isNew: isNew, calendar: plans.calendar, at: now)
            } else {
                // Whoever knows the plan will see to it: soon, if something is due.
                let soon = now.advanced(byMilliseconds: Connection.millisecondsPerMinute)
                let later = dueAt > now.rawValue ? Timestamp(rawValue: dueAt) : soon
                try run(.endAttendance, number, name == nil ? .never : later)
            }
            return number
        }
    }

    /// - Parameter isNew: the account has just come to the plan, and receives what the plan grants once.
    func attend(
        _ account: Int64,
        on plan: Plan,
        isNew: Bool,
        calendar: WindowCalendar,
        at now: Timestamp
    ) throws(SQLiteError) {
        // Edits of the policy files reach an account within a day.
        var dueAt = now.advanced(byMilliseconds: Connection.millisecondsPerDay)
        for (position, grant) in plan.grants.enumerated() {
            let line = PlanLine(plan: plan.name, grant: grant, position: position)
            if grant.every == .once {
                if isNew { try insertGrant(line.opening, to: account, at: now) }
            } else {
                dueAt = min(dueAt, try renew(line, of: account, calendar, at: now))
            }
        }
        try run(.endAttendance, account, dueAt)
    }

    private static let millisecondsPerMinute: Int64 = 60_000
    private static let millisecondsPerDay: Int64 = 24 * 60 * 60 * 1000

    /// Grants the period that contains this moment, if no period as late was granted before.
    ///
    /// - Returns: when the next one begins.
    private func renew(
        _ line: PlanLine,
        of account: Int64,
        _ calendar: WindowCalendar,
        at now: Timestamp
    ) throws(SQLiteError) -> Timestamp {
        let latest = try first(.planPeriod, account, line.plan, line.name) {
            (since: Timestamp(rawValue: $0.integer(0)), number: Int($0.integer(1)))
        }
        let since = latest?.since ?? now
        let period = line.grant.period(containing: now, since: since, in: calendar)
        guard period.number > latest?.number ?? -1 else { return period.range.upperBound }
        if let latest {
            let ago = period.number - latest.number
            let left = try first(.leftover, account, line.reference(latest.number), line.rollover(latest.number)) {
                row throws(SQLiteError) in try row.credits(0)
            }
            let carried = line.grant.rolledOver(left ?? 0, from: ago)
            if carried > 0 {
                try insertGrant(line.grant(line.rollover(period.number), carried, period), to: account, at: now)
            }
        }
        try insertGrant(line.grant(line.reference(period.number), line.grant.credits, period), to: account, at: now)
        try run(.beginPeriod, account, line.plan, line.name, since, Int64(period.number))
        return period.range.upperBound
    }

    /// What has expired is gone, from the moment that somebody saw it: a clock that steps back doesn't bring it back.
    func sweep(_ account: Int64, at now: Timestamp) throws(SQLiteError) {
        let expired = try rows(.expiredGrants, account, now) {
            (id: $0.integer(0), credits: $0.integer(1), at: Timestamp(rawValue: $0.integer(2)))
        }
        for grant in expired {
            try run(.expireGrant, grant.id)
            try write(.expire, account, credits: -grant.credits, grant: grant.id, at: grant.at)
        }
        if !expired.isEmpty { try run(.turn, account, Timestamp.never) }
    }
}

/// One of the grants of a plan, told apart by its own name, so that an edit of its amount, or of other grants, leaves its
/// periods alone.
private struct PlanLine {
    let plan: String
    let grant: PlanGrant
    private let position: Int

    init(plan: String, grant: PlanGrant, position: Int) {
        self.plan = plan
        self.grant = grant
        self.position = position
    }

    var name: String { grant.name }

    var opening: NewGrant {
        NewGrant(reference: "opening:\(plan):\(position + 1)", source: .plan, credits: grant.credits)
    }

    func reference(_ period: Int) -> String { "plan:\(plan):\(name):\(period)" }
    func rollover(_ period: Int) -> String { reference(period) + ":rollover" }

    func grant(_ reference: String, _ credits: Credits, _ period: PlanPeriod) -> NewGrant {
        NewGrant(reference: reference, source: .plan, credits: credits, expiresAt: period.range.upperBound)
    }
}
