import Faregate

/// A grant to insert.
struct NewGrant {
    let reference: String
    let source: GrantSource
    let credits: Credits
    var reason: String?
    var by: String?
    /// The oldest names of the actions that it pays for; nil for all actions.
    var actions: [String]?
    var priority = 0
    var expiresAt = Timestamp.never
    /// Decides the spending order of grants with the same priority and expiry: the lower position is spent first, a
    /// plan's grants before all others.
    package var position: Int64 = 1_000_000
    /// The row in `plan_lines` of a recurring grant of a plan.
    var line: Int64?
    /// The number of the period of the grant.
    var period: Int?
    /// The purchase of the grant.
    package var purchase: Int64?
}

extension Books {
    func grant(_ request: GrantRequest, at now: Timestamp) throws(SQLError) -> GrantResult {
        let account = try refresh(request.account, under: request.plans, at: now)
        let grant = NewGrant(
            reference: request.reference.rawValue,
            source: request.source,
            credits: request.credits,
            reason: request.reason,
            by: request.by,
            actions: request.actions,
            priority: request.priority,
            expiresAt: request.expiresAt
        )
        if let id = try insert(grant, for: account, at: now) { return .granted(GrantID(rawValue: id)) }
        let known = try database.first(
            "SELECT id, source, granted, actions FROM grants WHERE account_id = ?1 AND reference = ?2", account,
            grant.reference
        ) { row throws(SQLError) in
            let (credits, actions) = (try row.credits(2), try row.actions(3))
            let isSame =
                row.integer(1) == grant.source.stored && credits == grant.credits && actions == grant.actions
            let id = GrantID(rawValue: row.integer(0))
            return isSame ? GrantResult.alreadyGranted(id) : .referenceTaken(id)
        }
        guard let known else { throw .inconsistent("a grant could neither be stored nor found") }
        return known
    }

    /// Inserts a grant, and pays the account's debt from it. If its expiry has already passed, its credits are recorded
    /// as expired at once. A plan's grant still pays the debt first: it would have done so if somebody had looked at
    /// the account when its period began.
    ///
    /// - Returns: nil if the account already has a grant with this reference, or, for a plan's grant, if the account's
    ///   total is already the largest amount.
    @discardableResult
    func insert(_ grant: NewGrant, for account: Int64, at now: Timestamp) throws(SQLError) -> Int64? {
        let credits = grant.source == .plan ? try fitting(grant.credits, account) : grant.credits.rawValue
        guard credits > 0 else { return nil }
        let new = try database.insertIfNew(
            """
            INSERT INTO grants (
                account_id, reference, source, reason, by, priority, granted_at, expires_at, granted, remaining,
                position, line_id, period, actions)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT (account_id, reference) DO NOTHING
            """,
            account, grant.reference, grant.source.stored, grant.reason, grant.by, Int64(grant.priority), now,
            grant.expiresAt, credits, grant.position, grant.line, grant.period.map(Int64.init),
            grant.actions.flatMap { json($0) }
        )
        guard let id = new else { return nil }
        let entry = try append(Entry(kind: .grant, account: account, credits: credits, grant: id, at: now))
        if let purchase = grant.purchase { try link(entry, to: purchase) }
        if grant.expiresAt <= now {
            let paid = grant.source == .plan ? try payDebt(of: account, from: id, credits, at: now) : 0
            guard paid < credits else { return id }
            let entry = try expire(credits - paid, of: id, account, at: now)
            if let purchase = grant.purchase { try link(entry, to: purchase) }
        } else {
            try refreshNoLater(than: grant.expiresAt, account)
            try payDebt(of: account, at: now)
        }
        return id
    }

    /// Reduces a plan's grant so that the account's total stays in range, instead of failing.
    private func fitting(_ credits: Credits, _ account: Int64) throws(SQLError) -> Int64 {
        let granted = try database.integer("SELECT sum(granted) FROM grants WHERE account_id = ?1", account) ?? 0
        return min(credits.rawValue, Credits.max.rawValue - granted)
    }

    /// Pays the account's debt from its spendable credits, including those limited to some actions. The caller must
    /// have expired the account's grants before.
    func payDebt(of account: Int64, at now: Timestamp) throws(SQLError) {
        var debt = try debt(of: account)
        guard debt > 0 else { return }
        for grant in try grantsInBurnOrder(of: account) where debt > 0 {
            debt -= try payDebt(of: account, from: grant.grant, grant.credits, at: now)
        }
    }

    /// Pays the account's debt from one grant, which has these credits left.
    ///
    /// - Returns: the credits that it paid.
    private func payDebt(
        of account: Int64, from grant: Int64, _ credits: Int64, at now: Timestamp
    ) throws(SQLError) -> Int64 {
        let paid = min(try debt(of: account), credits)
        guard paid > 0 else { return 0 }
        try pay(paid, from: grant)
        try changeDebt(of: account, by: -paid)
        try append(Entry(kind: .repay, account: account, credits: -paid, debt: -paid, grant: grant, at: now))
        return paid
    }

    func debt(of account: Int64) throws(SQLError) -> Int64 {
        try database.integer("SELECT debt FROM accounts WHERE id = ?1", account) ?? 0
    }

    func changeDebt(of account: Int64, by credits: Int64) throws(SQLError) {
        try database.run("UPDATE accounts SET debt = debt + ?2 WHERE id = ?1", account, credits)
    }

    /// Makes the account due for a refresh when one of its grants expires.
    func refreshNoLater(than moment: Timestamp, _ account: Int64) throws(SQLError) {
        try database.run("UPDATE accounts SET due_at = ?2 WHERE id = ?1 AND due_at > ?2", account, moment)
    }

    /// Expires grants. A grant that has been expired stays expired, even if the clock steps back.
    func expireGrants(of account: Int64, at now: Timestamp) throws(SQLError) {
        let expired = try database.rows(
            """
            SELECT id, remaining, expires_at FROM grants WHERE account_id = ?1 AND NOT spent AND expires_at <= ?2
            ORDER BY expires_at, id
            """,
            account, now
        ) { (id: $0.integer(0), credits: $0.integer(1), at: Timestamp(rawValue: $0.integer(2))) }
        for grant in expired { try expire(grant.credits, of: grant.id, account, at: grant.at) }
    }

    /// - Returns: the number of the journal line.
    @discardableResult
    func expire(_ credits: Int64, of grant: Int64, _ account: Int64, at moment: Timestamp) throws(SQLError) -> Int64 {
        try database.run(
            """
            UPDATE grants SET remaining = remaining - ?2, expired = expired + ?2, spent = (remaining = ?2) WHERE id = ?1
            """,
            grant, credits
        )
        return try append(Entry(kind: .expire, account: account, credits: -credits, grant: grant, at: moment))
    }
}
