import CBareSQLite
import Foundation

/// What the disk and SQLite allow: a loop over the C API that checks and deducts with one UPDATE and writes one line
/// of a journal, with the durability that Faregate has (WAL, `synchronous = FULL`). No limits, no grants, no settle.
final class BareLoop {
    private var database: OpaquePointer?
    private var begin: OpaquePointer?
    private var deduct: OpaquePointer?
    private var journal: OpaquePointer?
    private var commit: OpaquePointer?
    private let accounts: Int64

    init(path: String, accounts: Int) {
        self.accounts = Int64(accounts)
        check(sqlite3_open(path, &database))
        run(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0)) STRICT;
            CREATE TABLE journal (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, credits INTEGER NOT NULL) STRICT;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(accounts))
            INSERT INTO accounts SELECT i, 1000000000000 FROM n;
            """
        )
        begin = prepare("BEGIN IMMEDIATE")
        deduct = prepare("UPDATE accounts SET balance = balance - 10 WHERE id = ? AND balance >= 10 RETURNING balance")
        journal = prepare("INSERT INTO journal (account, credits) VALUES (?, -10)")
        commit = prepare("COMMIT")
    }

    deinit {
        for statement in [begin, deduct, journal, commit] { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }

    /// - Returns: charges per second.
    func measure(batch: Int, seconds: Double) -> Double {
        var count: Int64 = 0
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {
            step(begin, until: SQLITE_DONE)
            for _ in 0..<batch {
                let account = count % accounts + 1
                sqlite3_bind_int64(deduct, 1, account)
                step(deduct, until: SQLITE_ROW)
                sqlite3_bind_int64(journal, 1, account)
                step(journal, until: SQLITE_DONE)
                count += 1
            }
            step(commit, until: SQLITE_DONE)
        }
        return Double(count) / (ContinuousClock.now - start).inSeconds
    }

    private func step(_ statement: OpaquePointer?, until expected: Int32) {
        precondition(sqlite3_step(statement) == expected, String(cString: sqlite3_errmsg(database)))
        sqlite3_reset(statement)
    }

    private func prepare(_ sql: String) -> OpaquePointer? {
        var statement: OpaquePointer?
        check(sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        return statement
    }

    private func run(_ sql: String) { check(sqlite3_exec(database, sql, nil, nil, nil)) }

    private func check(_ result: Int32) {
        precondition(result == SQLITE_OK, String(cString: sqlite3_errmsg(database)))
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
