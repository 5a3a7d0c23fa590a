import Faregate
import FaregateBooks
import Foundation

/// A file that a ledger is copied from or to.
struct CopiedFile {
    let path: String
    let access: FileAccess

    /// The whole path, since the mark of a moved ledger is read from other folders too.
    var place: String { URL(fileURLWithPath: path).standardizedFileURL.path }

    /// Opens a ledger that no other process has open. It is then one file, without a log.
    func openAlone() throws(LedgerError) -> Database {
        let (database, _) = try LedgerFile(path: path, access: access).open(creating: false)
        let isAlone = try explaining(errorsOf: path) { () throws(SQLError) in
            if try database.endLog() { return true }
            // `endLog` has copied the log, and the file is still in use: see Checkpoints.
            _ = try Checkpoints(path: path, access).copyLog(of: database)
            return false
        }
        guard isAlone else {
            throw LedgerError(
                .busy, "a process has \(path) open; stop every server that uses it, then copy again"
            )
        }
        return database
    }

    /// On a connection of its own, which reads while the copy's connection has the lock.
    func audit(_ progress: (Ledger.AuditProgress) -> Void) throws(LedgerError) -> Ledger.AuditReport {
        try explaining(errorsOf: path) { () throws(SQLError) in
            try Database.openReader(path: path, access).audit(progress)
        }
    }
}

extension Database {
    func copiedColumns(of table: String) throws(SQLError) -> [CopiedColumn] {
        try rows("SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid", table) {
            row throws(SQLError) in
            switch row.text(1) {
            case "INTEGER": CopiedColumn(row.text(0), .integer)
            case "TEXT": CopiedColumn(row.text(0), .text)
            case "BLOB": CopiedColumn(row.text(0), .bytes)
            case let type: throw .inconsistent("a column of the table \(table) has the type \(type)")
            }
        }
    }
}
