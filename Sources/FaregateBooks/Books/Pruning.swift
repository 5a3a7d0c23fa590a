package import Faregate

extension Counter {
    /// Before all other counters.
    package static let first = Counter(account: -1, member: 0, limit: 0)

    /// The row that is locked before the counter changes: its account's, as in a charge.
    fileprivate var lock: LockedRow { account == 0 ? .counter(self) : .account(account) }
}

extension Books {
    /// The most rows that a step of housekeeping deletes, except that hits with the same time are deleted together. A
    /// step takes a fraction of a millisecond.
    static let pruningStep = 500

    /// An ended counter is kept this long, in case the clock steps back.
    private static let keptCounterMilliseconds: Int64 = 24 * 60 * 60 * 1000
    /// The longest rolling window that a policy can have. A limit that was changed to a calendar window keeps its hits
    /// this long, in case the change is undone.
    private static let longestWindowMilliseconds: Int64 = 366 * 24 * 60 * 60 * 1000

    /// Deletes expired keys, except those of held charges.
    ///
    /// - Returns: the number of deleted keys.
    func pruneKeys(at now: Timestamp) throws(SQLError) -> Int {
        try database.run(
            """
            DELETE FROM keys WHERE charge_id IN (
                SELECT keys.charge_id FROM keys LEFT JOIN charges ON charges.id = keys.charge_id
                WHERE keys.expires_at <= ?1 AND charges.state IS DISTINCT FROM 0 LIMIT ?2)
            """,
            now, Int64(Books.pruningStep)
        )
    }

    /// Deletes the bodies of events that were processed longer ago than `Purchase.Retention.bodyMilliseconds`, and of
    /// flagged events that arrived longer ago than that.
    ///
    /// - Returns: the number of bodies deleted from processed or from flagged events, whichever is higher:
    ///   ``pruningStep`` if there may be more.
    func emptyBodies(at now: Timestamp) throws(SQLError) -> Int {
        let long = now.advanced(byMilliseconds: -Purchase.Retention.bodyMilliseconds)
        return try database.erasing { () throws(SQLError) in
            let done = try database.run(
                """
                UPDATE inbox SET body = x'' WHERE id IN (
                    SELECT id FROM inbox WHERE state = 'done' AND length(body) > 0 AND acted_at < ?1
                    ORDER BY acted_at LIMIT ?2)
                """,
                long, Int64(Books.pruningStep)
            )
            let flagged = try database.run(
                """
                UPDATE inbox SET body = x'' WHERE id IN (
                    SELECT id FROM inbox WHERE state = 'flagged' AND length(body) > 0 AND received_at < ?1
                    ORDER BY received_at LIMIT ?2)
                """,
                long, Int64(Books.pruningStep)
            )
            return max(done, flagged)
        }
    }

    /// Visits the next counters: deletes hits that have left their windows, then counters that have ended.
    ///
    /// A transaction that has locked one counter never waits for a second: a batch of calls may hold the second lock
    /// and wait for the first. The next transaction begins with the counter that wasn't free.
    ///
    /// - Returns: where to continue; nil at the end.
    package func pruneCounters(from counter: Counter, at now: Timestamp) throws(SQLError) -> Counter? {
        let counters = try database.rows(
            """
            SELECT account_id, member_id, limit_id, window_ms, window_end FROM counters
            WHERE (account_id, member_id, limit_id) > (?1, ?2, ?3)
            ORDER BY account_id, member_id, limit_id LIMIT ?4
            """,
            counter.account, counter.member, counter.limit, Int64(Books.pruningStep)
        ) { row in
            (
                counter: Counter(account: row.integer(0), member: row.integer(1), limit: row.integer(2)),
                length: row.optionalInteger(3),
                end: row.integer(4)
            )
        }
        let ended = now.advanced(byMilliseconds: -Books.keptCounterMilliseconds).rawValue
        var previous = counter
        var deleted = 0
        var hasLocked = false
        for (counter, length, end) in counters where deleted < Books.pruningStep {
            let hasEnded = end <= ended
            let outdated = now.advanced(byMilliseconds: -(length ?? Books.longestWindowMilliseconds))
            let hasOutdated = length == nil ? false : try hasHits(counter, until: outdated)
            if hasEnded || hasOutdated {
                if try !database.lockWithoutWaiting(counter.lock) {
                    if hasLocked { return previous }
                    try database.lock(counter.lock)
                }
                hasLocked = true
                let hits = try pruneHits(of: counter, until: outdated)
                // There may be more of this counter.
                guard hits < Books.pruningStep else { return previous }
                deleted += hits
                if hasEnded { try delete(counter, endedBy: ended) }
            }
            previous = counter
        }
        return counters.count == Books.pruningStep || deleted >= Books.pruningStep ? previous : nil
    }

    private func hasHits(_ counter: Counter, until moment: Timestamp) throws(SQLError) -> Bool {
        try database.integer(
            """
            SELECT 1 FROM counter_hits WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at <= ?4 LIMIT 1
            """,
            counter.account, counter.member, counter.limit, moment
        ) != nil
    }

    /// Deletes the oldest ``pruningStep`` hits, and all others with the same time as the last of these.
    ///
    /// - Returns: the number of deleted hits without those others: ``pruningStep`` if there may be more.
    private func pruneHits(of counter: Counter, until moment: Timestamp) throws(SQLError) -> Int {
        let hits = try database.first(
            """
            SELECT count(*), max(at) FROM (
                SELECT at FROM counter_hits WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at <= ?4
                ORDER BY at LIMIT ?5) AS oldest
            """,
            counter.account, counter.member, counter.limit, moment, Int64(Books.pruningStep)
        ) { (count: $0.integer(0), last: $0.optionalInteger(1)) }
        guard let hits, let last = hits.last else { return 0 }
        try database.run(
            """
            UPDATE counters SET used = used - (
                SELECT sum(amount) FROM counter_hits
                WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at <= ?4)
            WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND window_ms IS NOT NULL
            """,
            counter.account, counter.member, counter.limit, last
        )
        try database.run(
            "DELETE FROM counter_hits WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND at <= ?4",
            counter.account, counter.member, counter.limit, last
        )
        return Int(hits.count)
    }

    /// A rolling counter stays while it has hits, even if a clock that was far ahead counted them.
    private func delete(_ counter: Counter, endedBy moment: Int64) throws(SQLError) {
        try database.run(
            """
            DELETE FROM counters WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND window_end <= ?4
                AND NOT EXISTS (SELECT 1 FROM counter_hits WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3)
            """,
            counter.account, counter.member, counter.limit, moment
        )
    }
}
