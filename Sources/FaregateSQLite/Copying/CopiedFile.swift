package import Faregate
import FaregateBooks
import Foundation

/// A ledger's file in a copy, as the source or the target.
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

extension SQLiteLedger {
    /// Removes the mark of a ledger that was moved to another database, so that it can be opened as it was then.
    ///
    /// - Returns: where it was moved to.
    package static func reopenMoved(_ path: String) async throws(LedgerError) -> String {
        try await onThread { () throws(LedgerError) in
            guard FileManager.default.fileExists(atPath: path) else {
                throw LedgerError(.missing, "there is no ledger at \(path)")
            }
            do throws(LedgerError) {
                try LedgerFile(path: path, access: FileAccess()).check()
            } catch  where error.code == .stopped {
                return try explaining(errorsOf: path) { () throws(SQLError) in
                    let database = try Database(path: path)
                    try database.configure()
                    return try database.transaction { () throws(SQLError) in
                        let moved = try MovedLedger(in: database)
                        try MovedLedger.unmark(database)
                        return moved?.place ?? ""
                    }
                }
            }
            throw MovedLedger.missing(at: path)
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
