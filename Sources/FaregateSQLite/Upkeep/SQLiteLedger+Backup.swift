public import Faregate
import Foundation

extension SQLiteLedger {
    /// Copies the ledger as it is at one moment into a new file (mode 0600), while calls go on.
    ///
    /// The copy is written beside its place and moved there when it is complete and on the disk, so that a file of that
    /// name is always a whole ledger. It holds everything, open charges too.
    ///
    /// - Parameters:
    ///   - path: where to; there must be nothing yet, in a folder that exists.
    ///   - progress: called after every few pages, on a thread of the backup's own.
    /// - Throws: `LedgerError` when there is a file already, or the copy can't be written.
    public func backup(
        to path: String, progress: @escaping @Sendable (SQLiteLedger.BackupProgress) -> Void = { _ in }
    ) async throws(LedgerError) {
        let (source, access) = (self.path, access)
        try await onThread { () throws(LedgerError) in
            try self.requireFiles()
            try FileManager.default.requireFolder(of: path)
            guard !FileManager.default.fileExists(atPath: path) else {
                throw LedgerError(.forbidden, "\(path) exists already; a backup never replaces a file: name another")
            }
            let place = try NewFile(path)
            try place.fill { () throws(LedgerError) in
                try Database.copy(source, access, into: place.unfinished, progress)
                // It is a copy of what lies there now.
                try self.requireFiles()
            }
        }
    }
}
