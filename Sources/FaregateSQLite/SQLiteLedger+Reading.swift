public import Faregate

extension SQLiteLedger {
    public func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> Balance? {
        try readers.read { connection throws(SQLiteError) in
            guard let number = try connection.number(of: account) else { return nil }
            return try connection.balance(of: number, at: now)
        }
    }

    public func history(
        of account: AccountID,
        after cursor: HistoryCursor?,
        count: Int
    ) async throws(LedgerError) -> HistoryPage {
        let count = min(max(count, 1), 500)
        return try readers.read { connection throws(SQLiteError) in
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
    /// Summed here and not in SQL: a statement that groups builds a table for it, and an account has few grants.
    fileprivate func balance(of account: Int64, at now: Timestamp) throws(SQLiteError) -> Balance {
        var balance: Balance?
        var sums = GrantSums(now)
        try forEach(.balance, account) { row throws(SQLiteError) in
            if balance == nil { balance = try Balance(account: row, at: now) }
            if !row.isNull(5) { try sums.add(row) }
            return true
        }
        guard var balance else { throw .inconsistent("an account that is known is not there") }
        try sums.write(to: &balance)
        return balance
    }
}

extension Balance {
    /// What is the account's own.
    fileprivate init(account row: Row, at now: Timestamp) throws(SQLiteError) {
        self.init(
            held: try row.credits(4),
            debt: try row.credits(3),
            plan: row.optionalText(0),
            suspendedAt: row.optionalInteger(1).map(Timestamp.init),
            isDue: row.integer(2) <= now.rawValue
        )
    }
}

/// What an account's grants add up to. The schema keeps all that an account was ever granted in range, and every other
/// sum is a part of that.
private struct GrantSums {
    private let now: Timestamp
    private var total: Int64 = 0
    private var taken: Int64 = 0
    private var remaining: Int64 = 0
    private var expired: Int64 = 0
    private var reversed: Int64 = 0
    private var sources = CreditsBySource()

    init(_ now: Timestamp) {
        self.now = now
    }

    mutating func add(_ row: Row) throws(SQLiteError) {
        let left = row.integer(8)
        let isSpendable = row.integer(6) > now.rawValue
        total &+= row.integer(7)
        taken &+= row.integer(9)
        remaining &+= isSpendable ? left : 0
        expired &+= row.integer(10) &+ (isSpendable ? 0 : left)
        reversed &+= row.integer(11)
        guard isSpendable, left > 0 else { return }
        let source = try GrantSource(stored: row.integer(5))
        sources[source] = try Credits(stored: sources[source].rawValue &+ left)
    }

    func write(to balance: inout Balance) throws(SQLiteError) {
        balance.total = try Credits(stored: total)
        balance.used = try Credits(stored: taken &- balance.held.rawValue)
        balance.remaining = try Credits(stored: remaining)
        balance.expired = try Credits(stored: expired)
        balance.reversed = try Credits(stored: reversed)
        balance.sources = sources
    }
}

extension HistoryEntry {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: row.integer(0),
            at: Timestamp(rawValue: row.integer(1)),
            kind: Kind(rawValue: row.text(2)) ?? .charge,
            credits: row.integer(3),
            action: row.optionalText(4),
            member: row.optionalText(5),
            charge: row.optionalInteger(6).map(ChargeID.init),
            state: try row.optionalInteger(7).map(ChargeState.init(stored:)),
            source: try row.optionalInteger(8).map(GrantSource.init(stored:)),
            reason: row.optionalText(9) ?? row.optionalText(10).map { "purchase \($0)" }
        )
    }
}
