public import Faregate

extension SQLiteLedger {
    public func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> Balance? {
        try await readers.read { connection throws(SQLiteError) in
            guard let number = try connection.number(of: account) else { return nil }
            return try connection.snapshot { () throws(SQLiteError) in try connection.balance(of: number, at: now) }
        }
    }

    public func history(
        of account: AccountID,
        after cursor: HistoryCursor?,
        count: Int
    ) async throws(LedgerError) -> HistoryPage {
        let count = min(max(count, 1), 500)
        return try await readers.read { connection throws(SQLiteError) in
            // One more than asked for tells whether there is another page.
            guard let number = try connection.number(of: account) else { return HistoryPage(entries: [], next: nil) }
            let entries = try connection.rows(
                .history,
                number,
                cursor?.rawValue,
                Int64(count + 1),
                read: HistoryEntry.init
            )
            let page = Array(entries.prefix(count))
            let next = entries.count > count ? page.last.map { HistoryCursor(rawValue: $0.id) } : nil
            return HistoryPage(entries: page, next: next)
        }
    }
}

extension Connection {
    fileprivate func balance(of account: Int64, at now: Timestamp) throws(SQLiteError) -> Balance {
        var balance = Balance()
        var taken: Int64 = 0
        for row in try rows(.balance, account, now, read: SourceSums.init) {
            taken += row.taken.rawValue
            balance.total = try sum(balance.total, row.total)
            balance.remaining = try sum(balance.remaining, row.remaining)
            balance.expired = try sum(balance.expired, row.expired)
            balance.reversed = try sum(balance.reversed, row.reversed)
            if row.remaining > 0 { balance.sources[row.source] = row.remaining }
        }
        let status = try first(.accountStatus, account, now) { row throws(SQLiteError) in
            (
                plan: row.optionalText(0), suspended: row.optionalInteger(1), isDue: row.integer(2) == 1,
                debt: try row.credits(3),
                held: try row.credits(4)
            )
        }
        guard let status else { throw .inconsistent("an account that is known is not there") }
        balance.held = status.held
        balance.used = try Credits(stored: taken - status.held.rawValue)
        balance.debt = status.debt
        balance.plan = status.plan
        balance.suspendedAt = status.suspended.map(Timestamp.init)
        balance.isDue = status.isDue
        return balance
    }

    /// The schema keeps all that an account was granted in range, and every other sum is a part of that.
    private func sum(_ left: Credits, _ right: Credits) throws(SQLiteError) -> Credits {
        try Credits(stored: left.rawValue + right.rawValue)
    }
}

/// What the grants of one source add up to.
private struct SourceSums {
    let source: String
    let total, taken, remaining, expired, reversed: Credits

    init(_ row: Row) throws(SQLiteError) {
        source = row.text(0)
        (total, taken, remaining) = try (row.credits(1), row.credits(2), row.credits(3))
        (expired, reversed) = try (row.credits(4), row.credits(5))
    }
}

extension HistoryEntry {
    fileprivate init(_ row: Row) {
        self.init(
            id: row.integer(0),
            at: Timestamp(rawValue: row.integer(1)),
            kind: Kind(rawValue: row.text(2)) ?? .charge,
            credits: row.integer(3),
            action: row.optionalText(4),
            member: row.optionalText(5),
            charge: row.optionalInteger(6).map(ChargeID.init),
            state: row.optionalText(7).flatMap(ChargeState.init),
            source: row.optionalText(8).flatMap(GrantSource.init),
            reason: row.optionalText(9)
        )
    }
}
