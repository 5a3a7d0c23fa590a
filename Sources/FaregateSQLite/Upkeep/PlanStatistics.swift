public import Faregate
import FaregateBooks
import Foundation

extension SQLiteLedger {
    /// The plans that accounts are on, except the known ones, sorted by name. Reads every account, on a connection of
    /// its own, while calls go on.
    ///
    /// - Parameter known: the names of the policy's plans.
    /// - Throws: `LedgerError` when the file can't be read.
    public func plansInUse(besides known: Set<String>) async throws(LedgerError) -> [SQLiteLedger.PlanUse] {
        let (path, access) = (path, access)
        return try await onThread { () throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLError) in
                try Database.openReader(path: path, access).plansInUse(besides: known)
            }
        }
    }
}

extension Database {
    fileprivate func plansInUse(besides known: Set<String>) throws(SQLError) -> [SQLiteLedger.PlanUse] {
        let rows = try rows(
            """
            SELECT plan, name, total
            FROM (
                SELECT plan, name, count(*) OVER (PARTITION BY plan) AS total,
                    row_number() OVER (PARTITION BY plan ORDER BY id) AS place
                FROM accounts WHERE plan NOT IN (SELECT value FROM json_each(?1)))
            WHERE place <= 3 ORDER BY plan, place
            """,
            json(known.sorted())
        ) { row throws(SQLError) in
            SQLiteLedger.PlanUse(
                plan: row.text(0), accounts: row.integer(2), examples: [try AccountID(stored: row.text(1))])
        }
        return rows.reduce(into: []) { plans, row in
            if let last = plans.last, ExactText(last.plan) == ExactText(row.plan) {
                plans[plans.count - 1] = SQLiteLedger.PlanUse(
                    plan: last.plan, accounts: last.accounts, examples: last.examples + row.examples)
            } else {
                plans.append(row)
            }
        }
    }
}
