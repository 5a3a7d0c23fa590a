package import Faregate

extension SQLLedger {
    /// Adds up the credits that came and went in a period. Reads every grant, and the period's journal lines of
    /// purchases and withdrawals, page by page.
    ///
    /// - Parameters:
    ///   - now: decides which credits have expired.
    ///   - progress: called after each page with the number of grants that were read.
    package func creditFlow(
        in period: Range<Timestamp>, at now: Timestamp, progress: (Int) -> Void
    ) async throws -> CreditFlow {
        var flow = CreditFlow()
        var count = 0
        try await forEachPage(
            after: 0, { database, last throws(SQLError) in try database.grantLines(after: last, at: now) },
            number: \.number
        ) { lines in
            for line in lines { flow.add(line, in: period) }
            count += lines.count
            progress(count)
            return true
        }
        flow.takenBack = try await credits(in: period) { database, last throws(SQLError) in
            try database.purchaseLines(after: last)
        }
        flow.withdrawn = try await credits(in: period) { database, last throws(SQLError) in
            try database.withdrawalLines(after: last)
        }
        return flow
    }

    /// The credits of the journal lines that lie in a period.
    private func credits(
        in period: Range<Timestamp>,
        _ page: @escaping @Sendable (any SQLConnection, Int64) throws(SQLError) -> [JournalLine]
    ) async throws -> Int64 {
        let first = try await read { database throws(SQLError) in
            try database.number(before: period.lowerBound, among: .journal)
        }
        guard let first else { return 0 }
        var credits: Int64 = 0
        try await forEachPage(after: first, page, number: \.number) { lines in
            for line in lines where period.contains(line.at) { credits.add(line.credits) }
            return lines.last.map { $0.at <= period.upperBound.latestInDisorder } ?? false
        }
        return credits
    }
}

/// A grant, with the part of it that has expired.
private struct GrantLine: Sendable {
    let number: Int64
    let source: GrantSource
    let credits: Int64
    let grantedAt: Timestamp
    let expired: Int64
    let expiredAt: Timestamp
}

/// The credits that a journal line takes from an account, including debt.
private struct JournalLine: Sendable {
    let number: Int64
    let at: Timestamp
    let credits: Int64

    init(_ row: any SQLRow) {
        (number, at, credits) = (row.integer(0), Timestamp(rawValue: row.integer(1)), row.integer(2))
    }
}

extension CreditFlow {
    fileprivate mutating func add(_ line: GrantLine, in period: Range<Timestamp>) {
        if period.contains(line.grantedAt) { add(line.credits, from: line.source) }
        if period.contains(line.expiredAt) { expired.add(line.expired) }
    }
}

extension RowsByTime {
    static let journal = RowsByTime(
        first: "SELECT min(id) FROM journal",
        latest: "SELECT max(id) FROM journal",
        // A line of an expiry has the time at which the credits expired, which can be long before it was written.
        moment: "SELECT at FROM journal WHERE id >= ?1 AND kind <> 'expire' ORDER BY id LIMIT 1"
    )
}

extension SQLConnection {
    /// A grant whose expiry had passed when it was made counts as expired at that moment.
    fileprivate func grantLines(after grant: Int64, at now: Timestamp) throws(SQLError) -> [GrantLine] {
        try rows(
            """
            SELECT id, source, granted, granted_at, iif(expires_at <= ?3, expired + remaining, expired),
                max(granted_at, coalesce(lapsed_at, expires_at))
            FROM grants WHERE id > ?1 ORDER BY id LIMIT ?2
            """,
            grant, rowsPerPage, now
        ) { row throws(SQLError) in
            GrantLine(
                number: row.integer(0), source: try GrantSource(stored: row.integer(1)), credits: row.integer(2),
                grantedAt: Timestamp(rawValue: row.integer(3)), expired: row.integer(4),
                expiredAt: Timestamp(rawValue: row.integer(5))
            )
        }
    }

    fileprivate func purchaseLines(after line: Int64) throws(SQLError) -> [JournalLine] {
        try rows(
            """
            SELECT page.entry, journal.at, iif(journal.kind IN ('reverse', 'debt'), journal.debt - journal.credits, 0)
            FROM (SELECT entry FROM purchase_entries WHERE entry > ?1 ORDER BY entry LIMIT ?2) AS page
                JOIN journal ON journal.id = page.entry
            ORDER BY page.entry
            """,
            line, rowsPerPage, read: JournalLine.init
        )
    }

    fileprivate func withdrawalLines(after line: Int64) throws(SQLError) -> [JournalLine] {
        try rows(
            """
            SELECT page.entry, journal.at, journal.debt - journal.credits
            FROM (SELECT entry FROM withdrawal_entries WHERE entry > ?1 ORDER BY entry LIMIT ?2) AS page
                JOIN journal ON journal.id = page.entry
            ORDER BY page.entry
            """,
            line, rowsPerPage, read: JournalLine.init
        )
    }
}
