public import Faregate
import Foundation

extension SQLiteLedger {
    /// Copies the ledger as it is at one moment into a new file (mode 0600), while calls go on.
    ///
    /// The copy is written beside its place and moved there when it is complete and on disk, so that a file of that name
    /// is always a whole ledger. It holds everything, open charges too.
    ///
    /// - Parameters:
    ///   - path: where to; there must be nothing yet, in a folder that exists.
    ///   - progress: called after every few pages, on a thread of the backup's own.
    /// - Throws: `LedgerError` when there is a file already, or the copy can't be written.
    public func backup(
        to path: String,
        progress: @escaping @Sendable (BackupProgress) -> Void = { _ in }
    ) async throws(LedgerError) {
        let source = self.path
        let result: Result<Void, LedgerError> = await onThread { () throws(LedgerError) in
            let place = try BackupPlace(path)
            do throws(LedgerError) {
                try Connection.copy(source, into: place.unfinished, progress)
                try place.finish()
            } catch {
                place.abandon()
                throw error
            }
        }
        try result.get()
    }
}

/// Where a copy comes to lie, and where it lies until it is complete.
private struct BackupPlace {
    let path: String
    let unfinished: String

    /// Makes the unfinished file.
    init(_ path: String) throws(LedgerError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw LedgerError(.folderMissing, "there is no folder \(folder) to hold \(path); make it first")
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw LedgerError(.forbidden, "\(path) exists already; a backup never replaces a file: name another")
        }
        self.path = path
        unfinished = path + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
        let file = open(unfinished, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BackupPlace.failure("can't be made", unfinished) }
        close(file)
    }

    /// A link, unlike a renaming, never takes the place of a file that came up meanwhile.
    func finish() throws(LedgerError) {
        try BackupPlace.sync(unfinished)
        if link(unfinished, path) == 0 {
            unlink(unfinished)
        } else if errno == EEXIST {
            throw BackupPlace.failure("can't be put in its place", path)
        } else if rename(unfinished, path) != 0 {
            // Some file systems have no links.
            throw BackupPlace.failure("can't be put in its place", path)
        }
        try BackupPlace.sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    func abandon() {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(unfinished + suffix) }
    }

    private static func sync(_ path: String) throws(LedgerError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("can't be opened", path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("can't be brought to disk", path) }
    }

    private static func failure(_ what: String, _ path: String) -> LedgerError {
        LedgerError(errno == ENOSPC ? .full : .readOnly, "\(path) \(what): \(String(cString: strerror(errno)))")
    }
}
