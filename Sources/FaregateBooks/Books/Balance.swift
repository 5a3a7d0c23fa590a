import Faregate

extension SQLConnection {
    /// One statement, so that all figures are of one snapshot. The sums are computed here: in SQL, grouping
    /// would build a temporary table, and an account has few grants.
    func balance(of account: Int64, at now: Timestamp) throws(SQLError) -> AccountBalance? {
        var balance: AccountBalance?
        var sums = GrantSums(now)
        try forEach(
            """
            SELECT accounts.plan, accounts.suspended_at, accounts.due_at, accounts.debt,
                (SELECT coalesce(sum(cost), 0) FROM open_holders CROSS JOIN charges INDEXED BY charges_open
                    ON charges.holder_id = open_holders.id AND charges.account_id = ?1 AND charges.state = 0),
                source, expires_at, granted, remaining, taken, expired, reversed, actions
            FROM accounts LEFT JOIN grants ON grants.account_id = accounts.id
            WHERE accounts.id = ?1
            """,
            account
        ) { row throws(SQLError) in
            if balance == nil { balance = try AccountBalance(account: row, at: now) }
            if !row.isNull(5) { try sums.add(row) }
            return true
        }
        guard var balance else { return nil }
        try sums.write(to: &balance)
        return balance
    }
}

extension AccountBalance {
    /// The figures in the account's row.
    fileprivate init(account row: any SQLRow, at now: Timestamp) throws(SQLError) {
        self.init(
            held: try row.credits(4),
            debt: try row.credits(3),
            plan: row.optionalText(0),
            suspendedAt: row.optionalInteger(1).map(Timestamp.init),
            isDue: row.integer(2) <= now.rawValue
        )
    }
}

/// The sums of an account's grants. The schema keeps the total of an account in range, and every other
/// sum is a part of that.
private struct GrantSums {
    private let now: Timestamp
    private var total: Int64 = 0
    private var taken: Int64 = 0
    private var remaining: Int64 = 0
    private var expired: Int64 = 0
    private var reversed: Int64 = 0
    private var sources = AccountBalance.Sources()
    /// The spendable credits for some actions, by these actions.
    private var reserved: [[String]: Int64] = [:]

    init(_ now: Timestamp) {
        self.now = now
    }

    mutating func add(_ row: any SQLRow) throws(SQLError) {
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
        if let actions = try row.actions(12) { reserved[actions, default: 0] &+= left }
    }

    package func write(to balance: inout AccountBalance) throws(SQLError) {
        balance.total = try Credits(stored: total)
        balance.used = try Credits(stored: taken &- balance.held.rawValue)
        balance.remaining = try Credits(stored: remaining)
        balance.expired = try Credits(stored: expired)
        balance.reversed = try Credits(stored: reversed)
        balance.sources = sources
        for (actions, credits) in reserved.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            balance.reserved.append(AccountBalance.Reserved(actions: actions, credits: try Credits(stored: credits)))
        }
    }
}
