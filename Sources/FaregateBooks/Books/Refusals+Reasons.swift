import Faregate

/// Why a call would be refused. Used on the writer's connection after a refused charge, and on read
/// connections for previews.
extension SQLConnection {
    /// A key is valid until it expires, and beyond that while its charge is held.
    func keyRefusal(of request: ChargeRequest, account: Int64, at now: Timestamp) throws(SQLError) -> ChargeRefusal? {
        guard let key = request.key else { return nil }
        return try first(
            """
            SELECT charges.id, charges.state, keys.fingerprint, keys.result
            FROM keys JOIN charges ON charges.id = keys.charge_id
            WHERE keys.account_id = ?1 AND keys.action = ?2 AND keys.key = ?3
                AND (charges.state = 0 OR charges.state = 1 AND keys.expires_at > ?4)
            """,
            account, request.terms.firstName, key.key, now
        ) { row throws(SQLError) in
            // Compared by bytes: Swift's == treats different encodings of an accented letter as equal.
            let isSame = row.optionalText(2).map { Array($0.utf8) } == key.fingerprint.map { Array($0.utf8) }
            return ChargeRefusal.keyUsed(
                ChargeID(rawValue: row.integer(0)),
                state: try ChargeState(stored: row.integer(1)),
                sameRequest: isSame,
                result: isSame ? row.optionalBytes(3) : nil
            )
        }
    }

    /// The limit with the longest wait for a call; nil if all have room.
    func limitRefusal(
        by limits: [NumberedLimit], account: Int64, member: Int64?, at now: Timestamp
    ) throws(SQLError) -> ChargeRefusal? {
        var longest: (limit: LimitCheck, used: Int64, retryAt: Timestamp?)?
        for limit in limits where limit.check.isEnforced && limit.check.amount > 0 {
            let counter = Counter(limit, account: account, member: member)
            guard let (used, retryAt) = try excess(of: limit.check, counter, at: now) else { continue }
            let isLonger = longest.map { retryAt ?? .never > $0.retryAt ?? .never } ?? true
            if isLonger { longest = (limit.check, used, retryAt) }
        }
        return longest.map {
            .limit(name: $0.limit.name, max: $0.limit.max, used: $0.used, retryAt: $0.retryAt)
        }
    }

    /// Nil if the call fits now. Otherwise the used amount of the limit, and when the call would fit; `retryAt` is nil
    /// for never.
    private func excess(
        of limit: LimitCheck, _ counter: Counter, at now: Timestamp
    ) throws(SQLError) -> (used: Int64, retryAt: Timestamp?)? {
        let used = try used(of: limit, counter, at: now)
        let excess = used + limit.amount - limit.max
        guard excess > 0 else { return nil }
        guard limit.canFit else { return (used, nil) }
        let range = limit.window.range(at: now)
        guard case .rolling(let milliseconds) = limit.window else { return (used, Timestamp(rawValue: range.until)) }
        let free = try moment(when: excess, hasLeft: counter, range)
        return (used, free?.advanced(byMilliseconds: milliseconds))
    }

    /// The count of the limit in the current window.
    private func used(of limit: LimitCheck, _ counter: Counter, at now: Timestamp) throws(SQLError) -> Int64 {
        let range = limit.window.range(at: now)
        if case .rolling = limit.window { return try rollingUse(of: counter, range) }
        guard let use = try use(of: counter) else { return 0 }
        return (range.from...range.until).contains(use.start ?? .min) ? use.used : 0
    }

    /// The used amount of the limit, and when it next decreases.
    func use(of limit: LimitCheck, _ counter: Counter, at now: Timestamp) throws(SQLError) -> AccountReading.LimitUse {
        let used = try used(of: limit, counter, at: now)
        let range = limit.window.range(at: now)
        guard case .rolling(let milliseconds) = limit.window else {
            return AccountReading.LimitUse(name: limit.name, used: used, resetsAt: Timestamp(rawValue: range.until))
        }
        let oldest = used > 0 ? try moment(when: 1, hasLeft: counter, range) : nil
        return AccountReading.LimitUse(
            name: limit.name, used: used, resetsAt: oldest?.advanced(byMilliseconds: milliseconds))
    }

    /// The counter's sum without the hits outside of the window. Those are few, because each charge deletes them.
    private func rollingUse(of counter: Counter, _ range: (from: Int64, until: Int64)) throws(SQLError) -> Int64 {
        try integer(
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

    /// Adds up the hits, oldest first, until they reach this amount, and returns the time of the last one. Once that
    /// hit has left the window, the call fits.
    private func moment(
        when excess: Int64, hasLeft counter: Counter, _ range: (from: Int64, until: Int64)
    ) throws(SQLError) -> Timestamp? {
        var rest = excess
        var moment: Timestamp?
        try forEach(
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
}
