public import Faregate
import FaregateBooks
import Foundation

extension SQLiteLedger {
    /// Copies one snapshot of the ledger into a new file (mode 0600), while calls go on.
    ///
    /// The copy has a temporary name until it is complete and synced, so that a file at `path` is always a whole
    /// ledger. It contains everything, including open charges.
    ///
    /// - Parameters:
    ///   - path: the new file, which must not exist, in a folder that exists.
    ///   - progress: called after each 2 MiB, on the backup's own thread.
    /// - Throws: `LedgerError` if the file exists, or the copy can't be written.
    public func backup(
        to path: String, progress: @escaping @Sendable (SQLiteLedger.BackupProgress) -> Void = { _ in }
    ) async throws(LedgerError) {
        let (source, access) = (self.path, access)
        try await onThread { () throws(LedgerError) in
            try self.requireFiles()
            try FileManager.default.requireFolder(of: path)
            guard !FileManager.default.fileExists(atPath: path) else {
                throw LedgerError(.forbidden, "\(path) exists already; name another file for the backup")
            }
            let place = try NewFile(path)
            try place.fill { () throws(LedgerError) in
                try Database.copy(source, access, into: place.unfinished, progress)
                // Before the rename: the file must still be the one that was copied.
                try self.requireFiles()
            }
        }
    }
}
