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

extension SQLLedger {
    /// The account whose id is most similar to this one, with one letter in eight different at most, and the first or
    /// the second half of the letters the same; nil if there is none. Reads the id of every account.
    package func nearestAccount(to account: AccountID) async throws(LedgerError) -> String? {
        let letters = Array(account.rawValue.unicodeScalars)
        let most = max(1, letters.count / 8)
        // Leaves out a middle letter, so that swapping two neighbours changes only one half.
        let half = (letters.count - 1) / 2
        let halves = [letters.prefix(half), letters.suffix(half)].map { letters in
            escapedForLike(String(String.UnicodeScalarView(letters)))
        }
        let similar = try await read { database throws(SQLError) in
            try database.rows(
                """
                SELECT name FROM accounts
                WHERE length(name) BETWEEN ?1 AND ?2
                    AND (lower(name) LIKE lower(?3) ESCAPE '!' OR lower(name) LIKE lower(?4) ESCAPE '!')
                ORDER BY name LIMIT 1000
                """,
                Int64(letters.count - most), Int64(letters.count + most), "\(halves[0])%", "%\(halves[1])"
            ) { $0.text(0) }
        }
        let others = similar.filter { ExactText($0) != ExactText(account.rawValue) }
        return nearestName(to: account.rawValue, among: others, atMost: most)
    }
}

/// The text as a part of a pattern for `LIKE … ESCAPE '!'`: each character stands for itself.
func escapedForLike(_ text: String) -> String { text.escaped(["!", "%", "_"], by: "!") }

extension FoundAccount {
    fileprivate init(_ account: AccountID, _ balance: AccountBalance) {
        self.init(
            account: account, plan: balance.plan, remaining: balance.remaining, debt: balance.debt,
            suspendedAt: balance.suspendedAt
        )
    }
}
