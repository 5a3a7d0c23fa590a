package import Faregate

extension SQLLedger {
    /// Adds up the calls that an account made in a period.
    ///
    /// - Parameter group: the name of the group that a call belongs to.
    /// - Returns: nil if the account doesn't exist.
    package func usage(
        of account: AccountID, in period: Range<Timestamp>, by group: @escaping @Sendable (Usage.Call) -> String
    ) async throws(LedgerError) -> Usage? {
        try await read { database throws(SQLError) in
            guard let number = try database.accountNumber(of: account) else { return nil }
            var walk = UsageWalk(database: database, account: number, period: period, group: group)
            return try walk.run()
        }
    }
}

/// Walks the account's journal backwards, from its latest line to the beginning of the period.
private struct UsageWalk {
    let database: any SQLConnection
    let account: Int64
    let period: Range<Timestamp>
    let group: (Usage.Call) -> String
    private var usage = Usage()
    /// A charge has a line for each grant that paid, for each extension of its hold, for its refund and for its debt.
    private var seen: Set<Int64> = []

    /// Lines can be out of order by this time, because servers' clocks differ.
    private static let skewMilliseconds: Int64 = 60 * 60 * 1000
    private static let step: Int64 = 1000

    init(
        database: any SQLConnection, account: Int64, period: Range<Timestamp>, group: @escaping (Usage.Call) -> String
    ) {
        (self.database, self.account, self.period, self.group) = (database, account, period, group)
    }

    fileprivate struct Line {
        let at: Timestamp
        let isArchive: Bool
        let previous: Int64?
        let charge: Int64?
        let call: Usage.Call?
        /// The charge that replaced this one after it was abandoned. If nobody could pay it, it has no line of its own.
        let successor: Int64?
    }

    mutating func run() throws(SQLError) -> Usage {
        var next =
            try database.first("SELECT last_entry FROM accounts WHERE id = ?1", account) {
                $0.optionalInteger(0)
            } ?? nil
        while let line = next {
            let lines = try lines(from: line)
            for line in lines { try add(line) }
            next = lines.last?.previous
            if let last = lines.last, isBeforePeriod(last.at) { break }
        }
        return usage
    }

    private func isBeforePeriod(_ moment: Timestamp) -> Bool {
        moment < period.lowerBound.advanced(byMilliseconds: -UsageWalk.skewMilliseconds)
    }

    private mutating func add(_ line: Line) throws(SQLError) {
        if line.isArchive { usage.hasArchivedCalls = true }
        if let charge = line.charge, let call = line.call { add(call, charge) }
        if let successor = line.successor, let call = try call(ofCharge: successor) { add(call, successor) }
    }

    private mutating func add(_ call: Usage.Call, _ charge: Int64) {
        if period.contains(call.at), seen.insert(charge).inserted { usage.add(call, to: group(call)) }
    }

    private func call(ofCharge charge: Int64) throws(SQLError) -> Usage.Call? {
        try database.first(
            """
            SELECT charges.created_at, charges.state, charges.cost + charges.debt, prices.action, members.name
            FROM charges
                JOIN prices ON prices.id = charges.price_id
                LEFT JOIN members ON members.id = charges.member_id
            WHERE charges.id = ?1
            """,
            charge
        ) { row throws(SQLError) in try Usage.Call(row, from: 0) }
    }

    private func lines(from line: Int64) throws(SQLError) -> [Line] {
        try database.rows(
            """
            WITH RECURSIVE line (depth, id, previous, at, kind, charge_id) AS (
                SELECT 1, id, previous, at, kind, charge_id FROM journal
                WHERE account_id = ?1 AND id = iif(?2 IN (SELECT line FROM archived_lines),
                    (SELECT kept FROM archived_lines WHERE archived_lines.line = ?2), ?2)
                UNION ALL
                SELECT depth + 1, journal.id, journal.previous, journal.at, journal.kind, journal.charge_id
                FROM line JOIN journal ON journal.id = iif(
                        line.previous IN (SELECT archived_lines.line FROM archived_lines),
                        (SELECT kept FROM archived_lines WHERE archived_lines.line = line.previous), line.previous)
                WHERE depth < ?3)
            SELECT line.at, line.kind, line.previous, charges.id, successors.charge_id, charges.created_at,
                charges.state, charges.cost + charges.debt, prices.action, members.name
            FROM line
                LEFT JOIN charges ON charges.id = line.charge_id
                LEFT JOIN successors ON successors.abandoned = line.charge_id
                LEFT JOIN prices ON prices.id = charges.price_id
                LEFT JOIN members ON members.id = charges.member_id
            ORDER BY depth
            """,
            account, line, UsageWalk.step
        ) { row throws(SQLError) in try Line(row) }
    }
}

extension UsageWalk.Line {
    fileprivate init(_ row: any SQLRow) throws(SQLError) {
        at = Timestamp(rawValue: row.integer(0))
        isArchive = row.text(1) == "archive"
        previous = row.optionalInteger(2)
        charge = row.optionalInteger(3)
        successor = row.optionalInteger(4)
        call = try charge == nil ? nil : Usage.Call(row, from: 5)
    }
}

extension Usage.Call {
    /// Reads the time, the state, the credits, the action and the member from this column on.
    fileprivate init(_ row: any SQLRow, from column: Int) throws(SQLError) {
        at = Timestamp(rawValue: row.integer(column))
        state = try ChargeState(stored: row.integer(column + 1))
        credits = row.integer(column + 2)
        action = row.text(column + 3)
        member = row.optionalText(column + 4)
    }
}
