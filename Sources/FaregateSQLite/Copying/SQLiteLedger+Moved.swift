package import Faregate
import FaregateBooks
import Foundation

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
