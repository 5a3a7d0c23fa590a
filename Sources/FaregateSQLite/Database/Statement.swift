import CSQLite
import Faregate
import FaregateBooks

/// A prepared statement. It is finalized with its last reference.
final class Statement {
    let pointer: OpaquePointer

    init(pointer: OpaquePointer) { self.pointer = pointer }

    deinit { sqlite3_finalize(pointer) }

    func bind(_ parameters: [SQLParameter]) {
        var binding = Binding(to: pointer)
        for parameter in parameters { binding.bind(parameter) }
    }
}

extension Database: SQLConnection {
    @discardableResult
    func run(_ sql: String, with parameters: [SQLParameter]) throws(SQLError) -> Int {
        let statement = try statement(sql)
        statement.bind(parameters)
        return try run(statement)
    }

    /// Runs a statement with bound parameters.
    @discardableResult
    func run(_ statement: Statement) throws(SQLError) -> Int {
        defer { sqlite3_reset(statement.pointer) }
        let result = sqlite3_step(statement.pointer)
        guard result == SQLITE_DONE || result == SQLITE_ROW else { throw failure(result) }
        return Int(sqlite3_changes(sqlite3_db_handle(statement.pointer)))
    }

    func forEach(
        _ sql: String, with parameters: [SQLParameter], _ body: (any SQLRow) throws(SQLError) -> Bool
    ) throws(SQLError) {
        let statement = try statement(sql)
        defer { sqlite3_reset(statement.pointer) }
        statement.bind(parameters)
        while true {
            switch sqlite3_step(statement.pointer) {
            case SQLITE_ROW: if !(try body(Row(statement: statement.pointer))) { return }
            case SQLITE_DONE: return
            case let result: throw failure(result)
            }
        }
    }

    /// One connection writes at a time, so there is nothing to lock.
    func lock(_ row: LockedRow) -> Bool { true }

    func lockWithoutWaiting(_ row: LockedRow) -> Bool { true }

    /// [secure_delete](https://www.sqlite.org/pragma.html#pragma_secure_delete)
    func erasing<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try execute(script: "PRAGMA secure_delete = ON")
        defer { try? execute(script: "PRAGMA secure_delete = OFF") }
        return try body()
    }

    func ledgerError(for error: SQLError) -> LedgerError { LedgerError(error, path: path) }
}
