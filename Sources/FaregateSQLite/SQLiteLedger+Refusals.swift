import Faregate

extension Connection {
    /// What a trigger's word means for the caller: the figures are read in the transaction in which it was said.
    ///
    /// - Returns: nil when the error is not a refusal.
    func refusal(
        for error: SQLiteError,
        _ request: ChargeRequest,
        account: Int64,
        member: Int64?,
        at now: Timestamp
    ) throws(SQLiteError) -> ChargeRefusal? {
        switch error.raised {
        case "suspended": .suspended
        case "key": try keyRefusal(request, account: account)
        case "limit": try limitRefusal(numbered(request.terms), account: account, member: member, at: now)
        case "credits":
            .credits(
                required: request.cost,
                available: try spendable(account)
            )
        default: nil
        }
    }

    /// What the charge of a call without a key would come to if it were made now, where that is a refusal: its checks, in
    /// its order. Nil too where the account has to be seen to first, and where something is new.
    func foreseenRefusal(of request: ChargeRequest, at now: Timestamp) throws(SQLiteError) -> ChargeRefusal? {
        guard let account = try number(of: request.account) else { return nil }
        var member: Int64?
        if let name = request.member {
            member = try knownNumber(of: name, in: account)
            if member == nil { return nil }
        }
        guard let terms = try knownNumbers(of: request.terms) else { return nil }
        // What else is looked at is read while this row is, and so is of the same moment.
        let refusal = try first(.standing, account, now) { standing throws(SQLiteError) -> ChargeRefusal? in
            if standing.integer(0) == 1 { return .suspended }
            if standing.integer(1) == 1 { return nil }
            let exceeded = try exceededLimit(
                of: terms,
                account: account,
                member: member,
                standing: standing,
                at: now
            )
            if let exceeded { return exceeded }
            let spendable = try standing.credits(2)
            return spendable >= request.cost ? nil : .credits(required: request.cost, available: spendable)
        }
        return refusal ?? nil
    }

    private func keyRefusal(_ request: ChargeRequest, account: Int64) throws(SQLiteError) -> ChargeRefusal? {
        guard let key = request.key else { return nil }
        return try first(.findKey, account, request.terms.action, key.key) { row throws(SQLiteError) in
            let isSame = row.optionalText(2).map { Array($0.utf8) } == key.fingerprint.map { Array($0.utf8) }
            return ChargeRefusal.keyUsed(
                ChargeID(rawValue: row.integer(0)),
                state: try ChargeState(stored: row.integer(1)),
                sameRequest: isSame,
                result: isSame ? row.optionalBytes(3) : nil
            )
        }
    }

    private func limitRefusal(
        _ terms: NumberedTerms,
        account: Int64,
        member: Int64?,
        at now: Timestamp
    ) throws(SQLiteError) -> ChargeRefusal? {
        let refusal = try exceededLimit(of: terms, account: account, member: member, at: now)
        guard let refusal else { throw .inconsistent("a limit refused the charge, and none is exceeded") }
        return refusal
    }

    /// The one that the call has to wait for longest.
    ///
    /// - Parameter standing: the row of ``SQL/standing``, where that is at hand.
    private func exceededLimit(
        of terms: NumberedTerms,
        account: Int64,
        member: Int64?,
        standing: Row? = nil,
        at now: Timestamp
    ) throws(SQLiteError) -> ChargeRefusal? {
        var longest: (limit: NumberedLimit, used: Int64, retryAt: Timestamp)?
        for limit in terms.limits where limit.check.isEnforced && limit.check.amount > 0 {
            let counter = Counter(limit, account: account, member: member)
            guard let (used, retryAt) = try excess(of: limit.check, counter, standing, at: now) else { continue }
            if retryAt > longest?.retryAt ?? Timestamp(rawValue: .min) { longest = (limit, used, retryAt) }
        }
        return longest.map { limit, used, retryAt in
            .limit(name: limit.check.name, max: limit.check.max, used: used, retryAt: retryAt)
        }
    }

    /// How much of the limit is used and when the call would fit, if it doesn't fit now.
    private func excess(
        of limit: LimitCheck,
        _ counter: Counter,
        _ standing: Row?,
        at now: Timestamp
    ) throws(SQLiteError) -> (used: Int64, retryAt: Timestamp)? {
        let range = limit.window.range(at: now)
        switch limit.window {
        case .calendar(_, let until):
            let use = try use(of: counter, standing)
            let used = use.map { (range.from...range.until).contains($0.start) ? $0.used : 0 } ?? 0
            return used + limit.amount > limit.max ? (used, until) : nil
        case .rolling(let milliseconds):
            let used =
                try first(.rollingUse, counter.id, range.from, range.until) { row throws(SQLiteError) in
                    try row.count(0)
                }
                ?? 0
            var excess = used + limit.amount - limit.max
            if excess <= 0 { return nil }
            // Every hit counts for 1 or more, so as many hits as there is excess are enough to know.
            let hits = try rows(.oldestHits, counter.id, range.from, range.until, excess) { row throws(SQLiteError) in
                (at: Timestamp(rawValue: row.integer(0)), amount: try row.count(1))
            }
            // The call fits once enough of the oldest hits have left the window.
            for hit in hits {
                excess -= hit.amount
                if excess <= 0 { return (used, hit.at.advanced(byMilliseconds: milliseconds)) }
            }
            return (used, .never)
        }
    }
}
