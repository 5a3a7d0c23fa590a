package import Faregate

extension SQLLedger {
    /// Reads all calls that were made in a period, in the order of their numbers, page by page: the memory that it uses
    /// doesn't grow with their number, and no snapshot is held for long. Calls in an archive are not among them.
    package func forEachPage(
        ofCallsIn period: Range<Timestamp>, _ body: ([MadeCall]) throws -> Void
    ) async throws {
        let first = try await read { database throws(SQLError) in
            try database.number(before: period.lowerBound, among: .charges)
        }
        guard let first else { return }
        try await forEachPage(
            after: first, { database, last throws(SQLError) in try database.calls(after: last) },
            number: \.charge.rawValue
        ) { page in
            try body(page.filter { period.contains($0.createdAt) })
            return page.last.map { $0.createdAt <= period.upperBound.latestInDisorder } ?? false
        }
    }
}

extension SQLLedger {
    /// Calls that ended before this time may be in an archive; nil if none was moved to one.
    package func callsArchivedBefore() async throws(LedgerError) -> Timestamp? {
        try await read { database throws(SQLError) in
            let moment = try database.integer("SELECT archived_before FROM ledger") ?? 0
            return moment > 0 ? Timestamp(rawValue: moment) : nil
        }
    }
}

extension RowsByTime {
    fileprivate static let charges = RowsByTime(
        first: "SELECT min(id) FROM charges",
        latest: "SELECT max(id) FROM charges",
        moment: "SELECT created_at FROM charges WHERE id >= ?1 ORDER BY id LIMIT 1"
    )
}

extension SQLConnection {
    fileprivate func calls(after charge: Int64) throws(SQLError) -> [MadeCall] {
        try rows(
            """
            SELECT page.id, accounts.name, members.name, prices.action, page.created_at, page.state, page.credits,
                prices.policy_version, prices.rule, page.shadow, page.plan, page.attributes, page.units, page.used
            FROM (
                SELECT id, account_id, member_id, price_id, created_at, state, cost + debt AS credits, shadow, plan,
                    attributes, units, used
                FROM charges
                WHERE id > ?1 ORDER BY id LIMIT ?2) AS page
                JOIN accounts ON accounts.id = page.account_id
                JOIN prices ON prices.id = page.price_id
                LEFT JOIN members ON members.id = page.member_id
            ORDER BY page.id
            """,
            charge, rowsPerPage
        ) { row throws(SQLError) in
            MadeCall(
                charge: ChargeID(rawValue: row.integer(0)), account: try AccountID(stored: row.text(1)),
                member: row.optionalText(2), action: row.text(3), createdAt: Timestamp(rawValue: row.integer(4)),
                state: try ChargeState(stored: row.integer(5)), credits: row.integer(6), policyVersion: row.text(7),
                rule: row.text(8), shadow: row.optionalText(9), plan: row.optionalText(10),
                attributes: row.optionalText(11).flatMap { value(Attributes.self, fromJSON: $0) } ?? [:],
                units: row.optionalText(12).flatMap { value(Units.self, fromJSON: $0) } ?? [:],
                used: row.optionalText(13).flatMap { value(Units.self, fromJSON: $0) }
            )
        }
    }
}
