import CSQLite
import Foundation

/// Reads the file through a connection that is independent of the code under test.
package final class RawDatabase {
    package private(set) var handle: OpaquePointer?

    package init(_ path: String, vfs: String? = nil, creating: Bool = false, readOnly: Bool = false) throws {
        let flags = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (creating ? SQLITE_OPEN_CREATE : 0)
        guard sqlite3_open_v2(path, &handle, flags, vfs) == SQLITE_OK else {
            throw TestFailure("can't open \(path)")
        }
        // SQLite's own wait looks every 100 ms, and can miss the moments between a busy server's transactions.
        sqlite3_busy_handler(
            handle,
            { _, looks in
                usleep(500)
                return looks < 60_000 ? 1 : 0
            },
            nil
        )
    }

    deinit { sqlite3_close(handle) }

    package func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw TestFailure(String(cString: sqlite3_errmsg(handle)))
        }
    }

    package func rows(_ sql: String) throws -> [[String]] {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw TestFailure(String(cString: sqlite3_errmsg(handle)))
        }
        var rows: [[String]] = []
        while true {
            let result = sqlite3_step(statement)
            if result == SQLITE_DONE { return rows }
            guard result == SQLITE_ROW else { throw TestFailure(String(cString: sqlite3_errmsg(handle))) }
            rows.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
                }
            )
        }
    }

    package func integer(_ sql: String) throws -> Int64 {
        guard let value = try rows(sql).first?.first.flatMap(Int64.init) else { throw TestFailure("no number: \(sql)") }
        return value
    }

    /// Finds figures that don't add up. Empty if every grant's journal entries add up to its figures, every account's
    /// open charges to the held credits of its grants, and every charge's payments to its cost.
    package func discrepancies() throws -> [[String]] {
        try rows(
            """
            SELECT 'grant ' || grants.id, remaining, sum(credits), taken, -sum(credits) - expired - reversed + granted
            FROM grants LEFT JOIN journal ON journal.grant_id = grants.id
            GROUP BY grants.id
            HAVING remaining IS NOT sum(journal.credits)
            UNION ALL
            SELECT 'held of account ' || id, (
                    SELECT coalesce(sum(cost), 0) FROM charges WHERE account_id = accounts.id AND state = 0) AS open,
                coalesce((SELECT sum(held) FROM journal WHERE account_id = accounts.id), 0) AS held, NULL, NULL
            FROM accounts WHERE open <> held
            UNION ALL
            SELECT 'charge ' || charges.id, cost, sum(credits), NULL, NULL
            FROM charges LEFT JOIN charge_grants ON charge_id = charges.id
            WHERE charges.grant_id IS NULL
            GROUP BY charges.id HAVING cost <> coalesce(sum(credits), 0)
            """
        )
    }
}
