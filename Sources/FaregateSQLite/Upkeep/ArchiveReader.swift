import Faregate
import FaregateBooks

/// Reads an archive. Its errors name the archive, and not the ledger that is read beside it.
final class ArchiveReader: SQLConnection {
    private let database: Database

    init(_ database: Database) { self.database = database }

    var isInTransaction: Bool { database.isInTransaction }

    var cacheSize: Int? { database.cacheSize }

    func run(_ sql: String, with parameters: [SQLParameter]) throws(SQLError) -> Int {
        try naming { () throws(SQLError) in try database.run(sql, with: parameters) }
    }

    func forEach(
        _ sql: String, with parameters: [SQLParameter], _ body: (any SQLRow) throws(SQLError) -> Bool
    ) throws(SQLError) {
        try naming { () throws(SQLError) in try database.forEach(sql, with: parameters, body) }
    }

    /// Not `naming`: its errors may be the ledger's.
    func savepoint<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try database.savepoint(body)
    }

    func lock(_ row: LockedRow) -> Bool { database.lock(row) }

    func lockWithoutWaiting(_ row: LockedRow) -> Bool { database.lockWithoutWaiting(row) }

    func erasing<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value { try database.erasing(body) }

    func ledgerError(for error: SQLError) -> LedgerError { LedgerError(error, path: database.path) }

    private func naming<Value>(_ work: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        do throws(SQLError) { return try work() } catch { throw SQLError(explained: ledgerError(for: error)) }
    }
}
