import Faregate

extension Connection {
    /// What a trigger's word means for the caller: the figures are read in the transaction in which it was said.
    ///
    /// - Returns: nil when the error is not a refusal.
    func refusal(
        for error: SQLiteError,
        _ request: ChargeRequest,
        at now: Timestamp
    ) throws(SQLiteError) -> ChargeRefusal? {
        switch error.raised {
        case "suspended": .suspended
        case "key": try keyRefusal(request)
        case "limit": try limitRefusal(request.limits, at: now)
        case "credits": try creditRefusal(request, at: now)
        default: nil
        }
    }

    private func keyRefusal(_ request: ChargeRequest) throws(SQLiteError) -> ChargeRefusal? {
        guard let key = request.key else { return nil }
        return try first(.findKey, request.account, request.action, key.key) { row in
            ChargeRefusal.keyUsed(
                ChargeID(rawValue: row.integer(0)),
                state: ChargeState(rawValue: row.text(1)) ?? .held,
                sameRequest: row.optionalText(2).map { Array($0.utf8) } == key.fingerprint.map { Array($0.utf8) }
            )
        }
    }

    private func creditRefusal(_ request: ChargeRequest, at now: Timestamp) throws(SQLiteError) -> ChargeRefusal? {
        let available = try first(.spendable, request.account, now) { $0.credits(0) } ?? 0
        return .credits(required: request.cost, available: available)
    }

    private func limitRefusal(_ limits: [LimitCheck], at now: Timestamp) throws(SQLiteError) -> ChargeRefusal? {
        var longest: (refusal: ChargeRefusal, retryAt: Timestamp)?
        for limit in limits {
            guard let (used, retryAt) = try excess(of: limit, at: now) else { continue }
            if retryAt > longest?.retryAt ?? Timestamp(rawValue: .min) {
                longest = (.limit(name: limit.name, max: limit.max, used: used, retryAt: retryAt), retryAt)
            }
        }
        guard let longest else { throw .inconsistent("a limit refused the charge, and none is exceeded") }
        return longest.refusal
    }

    /// How much of the limit is used and when the call would fit, if it doesn't fit now.
    private func excess(
        of limit: LimitCheck,
        at now: Timestamp
    ) throws(SQLiteError) -> (used: Int64, retryAt: Timestamp)? {
        switch limit.window {
        case .calendar(let from, let until):
            let counter = try first(.counterUse, limit.counter) { (start: $0.integer(0), used: $0.integer(1)) }
            let used = counter.map { $0.start >= from.rawValue ? $0.used : 0 } ?? 0
            return used + limit.amount > limit.max ? (used, until) : nil
        case .rolling(let milliseconds):
            let since = now.advanced(byMilliseconds: -milliseconds)
            let used = try first(.rollingUse, limit.counter, since) { $0.integer(0) } ?? 0
            var excess = used + limit.amount - limit.max
            if excess <= 0 { return nil }
            // Every hit counts for 1 or more, so as many hits as there is excess are enough to know.
            let hits = try rows(.oldestHits, limit.counter, since, excess) {
                (at: Timestamp(rawValue: $0.integer(0)), amount: $0.integer(1))
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
