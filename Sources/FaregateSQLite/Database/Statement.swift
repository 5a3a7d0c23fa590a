import CSQLite

/// A prepared statement. It is finalized with its last reference.
final class Statement {
    let pointer: OpaquePointer

    init(pointer: OpaquePointer) { self.pointer = pointer }

    deinit { sqlite3_finalize(pointer) }

    func bind<each Value: SQLValue>(_ values: repeat each Value) {
        var binding = Binding(to: pointer)
        for value in repeat each values { binding.bind(value) }
    }
}

extension Database {
    /// Runs a statement that returns no rows.
    ///
    /// - Returns: the number of rows changed by the statement itself, without its triggers.
    @discardableResult
    func run<each Value: SQLValue>(_ sql: String, _ values: repeat each Value) throws(SQLiteError) -> Int {
        let statement = try statement(sql)
        statement.bind(repeat each values)
        return try run(statement)
    }

    /// Runs a statement with bound parameters.
    @discardableResult
    func run(_ statement: Statement) throws(SQLiteError) -> Int {
        defer { sqlite3_reset(statement.pointer) }
        let result = sqlite3_step(statement.pointer)
        guard result == SQLITE_DONE || result == SQLITE_ROW else { throw failure(result) }
        return Int(sqlite3_changes(sqlite3_db_handle(statement.pointer)))
    }

    /// Each row of a query, one after the other, until the body returns false.
    func forEach<each Value: SQLValue>(
        _ sql: String, _ values: repeat each Value, body: (Row) throws(SQLiteError) -> Bool
    ) throws(SQLiteError) {
        let statement = try statement(sql)
        defer { sqlite3_reset(statement.pointer) }
        statement.bind(repeat each values)
        while true {
            switch sqlite3_step(statement.pointer) {
            case SQLITE_ROW: if !(try body(Row(statement: statement.pointer))) { return }
            case SQLITE_DONE: return
            case let result: throw failure(result)
            }
        }
    }

    /// The rows of a query, each decoded into a value.
    func rows<Element, each Value: SQLValue>(
        _ sql: String, _ values: repeat each Value, read: (Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> [Element] {
        var elements: [Element] = []
        try forEach(sql, repeat each values) { row throws(SQLiteError) in
            elements.append(try read(row))
            return true
        }
        return elements
    }

    /// The first row of a query, if there is one.
    func first<Element, each Value: SQLValue>(
        _ sql: String, _ values: repeat each Value, read: (Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> Element? {
        var element: Element?
        try forEach(sql, repeat each values) { row throws(SQLiteError) in
            element = try read(row)
            return false
        }
        return element
    }

    /// The first number that a query returns; nil for no rows.
    func integer<each Value: SQLValue>(_ sql: String, _ values: repeat each Value) throws(SQLiteError) -> Int64? {
        try first(sql, repeat each values) { $0.integer(0) }
    }
}
