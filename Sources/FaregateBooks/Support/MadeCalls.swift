package import Faregate

extension SQLLedger {
    /// Reads all calls that were made in a period, in the order of their numbers, page by page: the memory that it uses
    /// doesn't grow with their number, and no snapshot is held for long. Calls in an archive are not among them.
    package func forEachPage(
        ofCallsIn period: Range<Timestamp>, _ body: ([MadeCall]) throws -> Void
    ) async throws {
        guard var last = try await read({ database throws(SQLError) in try database.charge(before: period.lowerBound) })
        else { return }
        while true {
            let page = try await read { [last] database throws(SQLError) in try database.calls(after: last) }
            guard let latest = page.last else { return }
            try body(page.filter { period.contains($0.createdAt) })
            if latest.createdAt > period.upperBound.latestInDisorder { return }
            last = latest.charge.rawValue
        }
    }
}

extension SQLConnection {
    private static var callsPerPage: Int64 { 1000 }

    /// A number below those of the charges made at that time or later, found by bisection; nil if there are no charges.
    fileprivate func charge(before moment: Timestamp) throws(SQLError) -> Int64? {
        let first = try self.first("SELECT min(id) FROM charges") { $0.optionalInteger(0) } ?? nil
        let latest = try self.first("SELECT max(id) FROM charges") { $0.optionalInteger(0) } ?? nil
        guard let first, let latest else { return nil }
        return try bisect(first - 1, latest + 1, before: moment) { middle throws(SQLError) in
            try self.first("SELECT created_at FROM charges WHERE id >= ?1 ORDER BY id LIMIT 1", middle) {
                Timestamp(rawValue: $0.integer(0))
            }
        }
    }

    fileprivate func calls(after charge: Int64) throws(SQLError) -> [MadeCall] {
        try rows(
            """
            SELECT page.id, accounts.name, members.name, prices.action, page.created_at, page.state, page.credits,
                prices.policy_version, prices.rule, page.shadow
            FROM (
                SELECT id, account_id, member_id, price_id, created_at, state, cost + debt AS credits, shadow FROM charges
                WHERE id > ?1 ORDER BY id LIMIT ?2) AS page
                JOIN accounts ON accounts.id = page.account_id
                JOIN prices ON prices.id = page.price_id
                LEFT JOIN members ON members.id = page.member_id
            ORDER BY page.id
            """,
            charge, Self.callsPerPage
        ) { row throws(SQLError) in
            MadeCall(
                charge: ChargeID(rawValue: row.integer(0)), account: try AccountID(stored: row.text(1)),
                member: row.optionalText(2), action: row.text(3), createdAt: Timestamp(rawValue: row.integer(4)),
                state: try ChargeState(stored: row.integer(5)), credits: row.integer(6), policyVersion: row.text(7),
                rule: row.text(8), shadow: row.optionalText(9)
            )
        }
    }
}
