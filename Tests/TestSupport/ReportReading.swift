import Faregate
package import FaregateBooks
import FaregateTesting

/// Compares what a ledger reads for reports with its balances and its journal.
extension SQLLedger {
    /// The differences, for a ledger with a random history. All its times are taken as one period.
    package func reportDifferences() async throws -> [String] {
        let now = Timestamp.calendarEnd
        let always = Timestamp(rawValue: .min)..<Timestamp.never
        let flow = try await creditFlow(in: always, at: now) { _ in }
        let found = try await lowAccounts(below: .max, changedSince: always.lowerBound, count: 99, at: now) { _ in }
        var (total, expired, remaining, debt) = (Int64(0), Int64(0), Int64(0), Int64(0))
        var accounts = 0
        for account in try await accountNames() {
            guard let balance = try await balance(of: account, at: now) else { continue }
            accounts += 1
            total += balance.total.rawValue
            expired += balance.expired.rawValue
            remaining += balance.remaining.rawValue
            debt += balance.debt.rawValue
        }
        let taken = try await read { database throws(SQLError) in
            try database.integer(
                """
                SELECT coalesce(sum(debt - credits), 0) FROM journal
                WHERE kind = 'reverse' OR kind = 'debt' AND charge_id IS NULL
                """)
        }
        let granted = flow.bought + flow.granted + flow.promotion + flow.adjustment
        let pairs = [
            ("granted", granted, total), ("expired", flow.expired, expired),
            ("taken", flow.takenBack + flow.withdrawn, taken ?? 0), ("remaining", found.remaining, remaining),
            ("debt", found.debt, debt), ("accounts", Int64(found.accounts), Int64(accounts)),
            ("changed", Int64(found.lowCount), Int64(found.low.count)),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1), not \($0.2)" }
    }

    private func accountNames() async throws -> [AccountID] {
        try await read { database throws(SQLError) in
            try database.rows("SELECT name FROM accounts") { row throws(SQLError) in
                try AccountID(stored: row.text(0))
            }
        }
    }
}
