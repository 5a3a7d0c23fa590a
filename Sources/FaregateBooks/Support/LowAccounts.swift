package import Faregate

/// The accounts of a ledger in numbers, and those that are nearly out of credits.
package struct LowAccounts: Sendable, Encodable {
    package struct Account: Sendable, Encodable, Equatable {
        package let account: AccountID
        package let plan: String?
        package let remaining: Int64
        package let debt: Int64
        package let isSuspended: Bool
        /// Whether its plan may owe it credits, which it receives when it is next seen.
        package let isDue: Bool
        package let latestAt: Timestamp
    }

    /// Those with the fewest credits, at most the number asked for.
    package internal(set) var low: [Account] = []
    /// The number of all accounts that are nearly out of credits.
    package internal(set) var lowCount = 0
    /// The number of all accounts.
    package internal(set) var accounts = 0
    /// The sum of all accounts' credits.
    package internal(set) var remaining: Int64 = 0
    /// The sum of all accounts' debts.
    package internal(set) var debt: Int64 = 0
}

extension SQLLedger {
    /// Finds the accounts with fewer credits than this whose credits changed since then, by a call or otherwise. Reads
    /// every account, page by page.
    ///
    /// - Parameters:
    ///   - count: how many accounts to name.
    ///   - progress: called after each page with the number of accounts that were read.
    package func lowAccounts(
        below credits: Int64, changedSince since: Timestamp, count: Int, at now: Timestamp, progress: (Int) -> Void
    ) async throws -> LowAccounts {
        var found = LowAccounts()
        try await forEachPage(
            after: 0, { database, last throws(SQLError) in try database.accountLines(after: last, at: now) },
            number: \.number
        ) { lines in
            for line in lines { found.add(line) }
            found.add(lines.compactMap { $0.account(below: credits, changedSince: since) }, keeping: count)
            progress(found.accounts)
            return true
        }
        return found
    }
}

private struct AccountLine: Sendable {
    let number: Int64
    let account: LowAccounts.Account?
    let remaining: Int64
    let debt: Int64

    /// The account, if it has fewer credits than this and changed since then.
    func account(below credits: Int64, changedSince since: Timestamp) -> LowAccounts.Account? {
        account.flatMap { $0.remaining < credits && $0.latestAt >= since ? $0 : nil }
    }
}

extension LowAccounts {
    fileprivate mutating func add(_ line: AccountLine) {
        accounts += 1
        remaining.add(line.remaining)
        debt.add(line.debt)
    }

    fileprivate mutating func add(_ more: [Account], keeping count: Int) {
        lowCount += more.count
        // An amount is at most 2^53, so the difference can't overflow.
        low = Array(
            (low + more).sorted {
                ($0.remaining - $0.debt, $0.account.rawValue) < ($1.remaining - $1.debt, $1.account.rawValue)
            }.prefix(count))
    }
}

extension SQLConnection {
    /// An account without a journal line, or whose latest one is in an archive, has no latest change.
    fileprivate func accountLines(after account: Int64, at now: Timestamp) throws(SQLError) -> [AccountLine] {
        try rows(
            """
            SELECT page.id, page.name, page.plan, page.suspended_at, page.due_at, page.debt, journal.at,
                (SELECT coalesce(sum(remaining), 0) FROM grants
                    WHERE grants.account_id = page.id AND NOT spent AND expires_at > ?3)
            FROM (
                SELECT id, name, plan, suspended_at, due_at, debt, last_entry FROM accounts
                WHERE id > ?1 ORDER BY id LIMIT ?2) AS page
                LEFT JOIN journal ON journal.id = page.last_entry
            ORDER BY page.id
            """,
            account, rowsPerPage, now
        ) { row throws(SQLError) in
            let (remaining, debt) = (row.integer(7), row.integer(5))
            let id = try AccountID(stored: row.text(1))
            let plan = row.optionalText(2)
            let account = row.optionalInteger(6).map { latest in
                LowAccounts.Account(
                    account: id, plan: plan, remaining: remaining, debt: debt, isSuspended: !row.isNull(3),
                    isDue: plan != nil && row.integer(4) <= now.rawValue, latestAt: Timestamp(rawValue: latest)
                )
            }
            return AccountLine(number: row.integer(0), account: account, remaining: remaining, debt: debt)
        }
    }
}
