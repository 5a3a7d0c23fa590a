public import Faregate

extension SQLiteLedger {
    public func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> Balance? {
        try await readers.read { connection throws(SQLiteError) in
            let parts = try connection.rows(.balance, account, now) {
                (source: $0.optionalText(0), sums: SourceSums($0))
            }
            if parts.isEmpty { return nil }
            var balance = Balance()
            for (source, sums) in parts {
                if let source { balance.add(sums, from: source) }
            }
            return balance
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
            let entries = try connection.rows(
                .history,
                account,
                cursor?.rawValue ?? .max,
                Int64(count + 1),
                read: HistoryEntry.init
            )
            let page = Array(entries.prefix(count))
            let next = entries.count > count ? page.last.map { HistoryCursor(rawValue: $0.id) } : nil
            return HistoryPage(entries: page, next: next)
        }
    }
}

/// What the grants of one source add up to.
private struct SourceSums {
    let total, used, held, remaining, expired, reversed: Credits

    init(_ row: Row) {
        (total, used, held) = (row.credits(1), row.credits(2), row.credits(3))
        (remaining, expired, reversed) = (row.credits(4), row.credits(5), row.credits(6))
    }
}

extension Balance {
    fileprivate mutating func add(_ sums: SourceSums, from source: String) {
        total = sum(total, sums.total)
        used = sum(used, sums.used)
        held = sum(held, sums.held)
        remaining = sum(remaining, sums.remaining)
        expired = sum(expired, sums.expired)
        reversed = sum(reversed, sums.reversed)
        if sums.remaining > 0 { sources[source] = sums.remaining }
    }

    /// The schema keeps all that an account was granted in range, and every other sum is a part of that.
    private func sum(_ left: Credits, _ right: Credits) -> Credits {
        guard let sum = try? left.adding(right) else { preconditionFailure("an account's credits left their range") }
        return sum
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
