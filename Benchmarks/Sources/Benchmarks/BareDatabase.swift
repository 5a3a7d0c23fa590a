import CBareSQLite

/// SQLite's C API, with a crash for every mistake.
final class BareDatabase {
    private var handle: OpaquePointer?
    private var statements: [OpaquePointer?] = []

    init(path: String) {
        check(sqlite3_open(path, &handle))
        sqlite3_busy_timeout(handle, 10_000)
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        sqlite3_close(handle)
    }

    func run(_ sql: String) { check(sqlite3_exec(handle, sql, nil, nil, nil)) }

    func prepare(_ sql: String) -> BareStatement {
        var statement: OpaquePointer?
        check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        statements.append(statement)
        return BareStatement(statement: statement)
    }

    /// The whole numbers in the first row of an answer.
    func integers(_ sql: String) -> [Int] {
        let statement = prepare(sql)
        guard sqlite3_step(statement.statement) == SQLITE_ROW else { return [] }
        defer { sqlite3_reset(statement.statement) }
        return (0..<sqlite3_column_count(statement.statement)).map {
            Int(sqlite3_column_int64(statement.statement, $0))
        }
    }

    private func check(_ result: Int32) {
        precondition(result == SQLITE_OK, String(cString: sqlite3_errmsg(handle)))
    }
}

/// A prepared statement. It lives as long as its database.
struct BareStatement {
    let statement: OpaquePointer?

    func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(statement, index, value) }

    /// - Parameter text: stays where it is until the statement has run.
    func bind(_ text: UnsafePointer<CChar>?, at index: Int32) { sqlite3_bind_text(statement, index, text, -1, nil) }

    func run() { step(until: SQLITE_DONE) }

    /// The first value of the one row that there must be.
    func integer() -> Int64 {
        let result = sqlite3_step(statement)
        precondition(result == SQLITE_ROW, "\(String(cString: sqlite3_sql(statement))) gave \(result)")
        let value = sqlite3_column_int64(statement, 0)
        // To the end: what RETURNING belongs to is done by now, but a read would stay open.
        step(until: SQLITE_DONE)
        return value
    }

    /// Of all columns of all rows, so that all of them are read.
    func sum() -> Int64 {
        var sum: Int64 = 0
        var result = sqlite3_step(statement)
        while result == SQLITE_ROW {
            for column in 0..<sqlite3_column_count(statement) { sum &+= sqlite3_column_int64(statement, column) }
            result = sqlite3_step(statement)
        }
        precondition(result == SQLITE_DONE, "\(String(cString: sqlite3_sql(statement))) gave \(result)")
        sqlite3_reset(statement)
        return sum
    }

    private func step(until expected: Int32) {
        let result = sqlite3_step(statement)
        precondition(result == expected, "\(String(cString: sqlite3_sql(statement))) gave \(result)")
        sqlite3_reset(statement)
    }
}

/// Names that stay where they are, for C.
final class BareNames {
    private let bytes: [[CChar]]

    init(accounts: Int, name: (Int) -> String) {
        bytes = (1...accounts).map { Array(name($0).utf8CString) }
    }

    func withName<Value>(of account: Int32, _ body: (UnsafePointer<CChar>?) -> Value) -> Value {
        bytes[Int(account) - 1].withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
