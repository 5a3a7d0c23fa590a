package import Faregate
package import FaregateBooks

/// A ledger in a file that is copied into another database. No other process has it open, and none can write to it
/// until the copy ends.
package final class SQLiteCopySource: CopySource {
    private let database: Database
    private let file: CopiedFile

    package var connection: any SQLConnection { database }
    package var place: String { file.place }

    package init(_ path: String, access: FileAccess = FileAccess(busyTimeoutMilliseconds: 2000)) throws(LedgerError) {
        file = CopiedFile(path: path, access: access)
        database = try file.openAlone()
        let database = database
        _ = try explaining(errorsOf: path) { () throws(SQLError) in try database.run("BEGIN IMMEDIATE") }
    }

    /// The whole copy is one transaction.
    package func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try body()
    }

    package func columns(of table: String) throws(SQLError) -> [CopiedColumn] { try database.copiedColumns(of: table) }

    package func audit(
        _ progress: (Ledger.AuditProgress) -> Void
    ) throws(LedgerError) -> Ledger.AuditReport {
        try file.audit(progress)
    }

    package func commit() throws(SQLError) { try database.run("COMMIT") }

    package func release() { database.rollback() }
}
