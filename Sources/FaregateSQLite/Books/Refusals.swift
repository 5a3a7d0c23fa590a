import Faregate

extension Books {
    /// What a trigger's word means for the caller, with figures of the same transaction.
    ///
    /// - Returns: nil when the error is not a refusal.
    func refusal(of call: Call, for error: SQLiteError) throws(SQLiteError) -> ChargeRefusal? {
        switch error.raised {
        case "suspended": .suspended
        case "key": try keyRefusal(of: call)
        case "limit": try limitRefusal(of: call)
        case "plan": .plan(try plan(of: call.account))
        case "credits":
            .credits(
                required: call.request.cost,
                available: try spendable(call.account),
                debt: try Credits(stored: debt(of: call.account))
            )
        default: nil
        }
    }

    func plan(of account: Int64) throws(SQLiteError) -> String? {
        try database.first("SELECT plan FROM accounts WHERE id = ?1", account) { $0.optionalText(0) } ?? nil
    }

    private func keyRefusal(of call: Call) throws(SQLiteError) -> ChargeRefusal? {
        guard let key = call.request.key else { return nil }
        return try database.first(
            """
            SELECT charges.id, charges.state, keys.fingerprint, keys.result
            FROM keys JOIN charges ON charges.id = keys.charge_id
            WHERE keys.account_id = ?1 AND keys.action = ?2 AND keys.key = ?3
            """,
            call.account, call.request.terms.keyScope, key.key
        ) { row throws(SQLiteError) in
            // Byte by byte: Swift takes different spellings of an accented letter for the same.
            let isSame = row.optionalText(2).map { Array($0.utf8) } == key.fingerprint.map { Array($0.utf8) }
            return ChargeRefusal.keyUsed(
                ChargeID(rawValue: row.integer(0)),
                state: try ChargeState(stored: row.integer(1)),
                sameRequest: isSame,
                result: isSame ? row.optionalBytes(3) : nil
            )
        }
    }

    /// The limit that the call has to wait for longest.
    private func limitRefusal(of call: Call) throws(SQLiteError) -> ChargeRefusal {
        var longest: (limit: LimitCheck, used: Int64, retryAt: Timestamp?)?
        for limit in call.terms.limits where limit.check.isEnforced && limit.check.amount > 0 {
            let counter = Counter(limit, account: call.account, member: call.member)
            guard let (used, retryAt) = try excess(of: limit.check, counter, at: call.now) else { continue }
            let isLonger = longest.map { retryAt ?? .never > $0.retryAt ?? .never } ?? true
            if isLonger { longest = (limit.check, used, retryAt) }
        }
        guard let longest else { throw .inconsistent("a limit refused the charge, and none is exceeded") }
        return .limit(name: longest.limit.name, max: longest.limit.max, used: longest.used, retryAt: longest.retryAt)
    }

    /// How much of the limit is used and when the call would fit, if it doesn't fit now: nil for never.
    private func excess(
        of limit: LimitCheck, _ counter: Counter, at now: Timestamp
    ) throws(SQLiteError) -> (used: Int64, retryAt: Timestamp?)? {
        let range = limit.window.range(at: now)
        guard case .rolling(let milliseconds) = limit.window else {
            let use = try database.use(of: counter)
            let used = use.map { (range.from...range.until).contains($0.start ?? .min) ? $0.used : 0 } ?? 0
            guard used + limit.amount > limit.max else { return nil }
            return (used, limit.canFit ? Timestamp(rawValue: range.until) : nil)
        }
        let used = try rollingUse(of: counter, range)
        let excess = used + limit.amount - limit.max
        guard excess > 0 else { return nil }
        let free = limit.canFit ? try moment(when: excess, hasLeft: counter, range) : nil
        return (used, free?.advanced(byMilliseconds: milliseconds))
    }

    /// The counter less the hits that don't count any more: they are few, since each charge deletes them.
    private func rollingUse(of counter: Counter, _ range: (from: Int64, until: Int64)) throws(SQLiteError) -> Int64 {
        try database.integer(
            """
            SELECT iif(window_ms IS NULL, (
                    SELECT coalesce(sum(amount), 0) FROM counter_hits
                    WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3), used)
                - coalesce((SELECT sum(amount) FROM counter_hits
                    WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at <= ?4), 0)
                - coalesce((SELECT sum(amount) FROM counter_hits
                    WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at > ?5), 0)
            FROM counters WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3
            """,
            counter.account, counter.member, counter.limit, range.from, range.until
        ) ?? 0
    }

    /// When the oldest hits were made that together count that much: once they have left the window, the call fits.
    private func moment(
        when excess: Int64, hasLeft counter: Counter, _ range: (from: Int64, until: Int64)
    ) throws(SQLiteError) -> Timestamp? {
        var rest = excess
        var moment: Timestamp?
        try database.forEach(
            """
            SELECT at, amount FROM counter_hits
            WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at > ?4 AND at <= ?5
            ORDER BY at, charge_id
            """,
            counter.account, counter.member, counter.limit, range.from, range.until
        ) { row in
            rest -= row.integer(1)
            if rest <= 0 { moment = Timestamp(rawValue: row.integer(0)) }
            return rest > 0
        }
        return moment
    }

    /// Keeps refusals for people to look at, the latest ``RefusalBuffer/maximumKept`` of them.
    func write(_ refusals: [RefusalRecord]) throws(SQLiteError) {
        for refusal in refusals {
            try database.run(
                "INSERT INTO refusals (id, at, account, record) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                refusal.id.rawValue, refusal.at, refusal.account, json(refusal) ?? ""
            )
        }
        try database.run(
            "DELETE FROM refusals WHERE number <= (SELECT max(number) FROM refusals) - ?1", RefusalBuffer.maximumKept
        )
    }
}
