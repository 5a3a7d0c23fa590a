package import Faregate

extension SQLLedger {
    /// Finds accounts by a part of their id, whatever the case of ASCII letters; the shortest ids, which are the
    /// closest, come first. Reads the id of every account.
    ///
    /// - Returns: at most `count` accounts, and whether there are more.
    package func findAccounts(
        _ part: String, count: Int, at now: Timestamp
    ) async throws(LedgerError) -> (accounts: [FoundAccount], hasMore: Bool) {
        try await read { database throws(SQLError) in
            let rows = try database.rows(
                """
                SELECT id, name FROM accounts WHERE lower(name) LIKE lower(?1) ESCAPE '!'
                ORDER BY length(name), name LIMIT ?2
                """,
                "%\(escapedForLike(part))%", Int64(count) + 1
            ) { row throws(SQLError) in (number: row.integer(0), account: try AccountID(stored: row.text(1))) }
            var found: [FoundAccount] = []
            for row in rows.prefix(count) {
                guard let balance = try database.balance(of: row.number, at: now) else { continue }
                found.append(FoundAccount(row.account, balance))
            }
            return (found, rows.count > count)
        }
    }
}

/// The text as a part of a pattern for `LIKE … ESCAPE '!'`: each character stands for itself.
func escapedForLike(_ text: String) -> String {
    text.map { "!%_".contains($0) ? "!\($0)" : "\($0)" }.joined()
}

extension FoundAccount {
    fileprivate init(_ account: AccountID, _ balance: AccountBalance) {
        self.init(
            account: account, plan: balance.plan, remaining: balance.remaining, debt: balance.debt,
            suspendedAt: balance.suspendedAt
        )
    }
}
