public import Faregate
import FaregateBooks
import Foundation

extension SQLiteLedger {
    /// Replaces a ledger with a backup. The old file and its log are kept under another name in the same folder.
    ///
    /// - Parameters:
    ///   - backup: a closed ledger, as ``backup(to:progress:)`` makes. It is not changed.
    ///   - path: the path of the ledger; a file need not exist.
    /// - Returns: the new path of the old file; nil if there was none.
    /// - Throws: `LedgerError` when the backup is not a whole ledger, when a process has the ledger open, or when the
    ///   files can't be written. Then the ledger is unchanged.
    public static func restore(_ backup: String, to path: String) async throws(LedgerError) -> String? {
        try await onThread { () throws(LedgerError) in
            guard FileManager.default.fileExists(atPath: backup) else {
                throw LedgerError(.missing, "there is no backup at \(backup)")
            }
            guard try LedgerFile(path: backup, access: FileAccess()).check() else {
                throw LedgerError(
                    .logMissing,
                    """
                    \(backup) is a ledger in use, or a copy of one, so a part of it may be missing; restore a file \
                    that faregate backup made
                    """
                )
            }
            let lock = try FileLock(path)
            defer { lock?.release() }
            let place = try NewFile(path)
            return try place.fill { () throws(LedgerError) in
                try place.copy(backup)
                return try moveAside(path)
            }
        }
    }
}

/// The lock that SQLite takes on an open file, held so that no process opens it meanwhile.
/// [The locking page](https://www.sqlite.org/fileformat2.html#the_lock_byte_page)
private struct FileLock {
    private static let firstByte = 0x4000_0000
    private static let byteCount = 512

    private let descriptor: Int32

    /// Nil if there is no file.
    init?(_ path: String) throws(LedgerError) {
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw LedgerError(.readOnly, "\(path) can't be opened: \(String(cString: strerror(errno)))")
        }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(FileLock.firstByte)
        lock.l_len = off_t(FileLock.byteCount)
        guard fcntl(descriptor, F_SETLK, &lock) == 0 else {
            close(descriptor)
            throw LedgerError(.busy, "a process has \(path) open; stop it, then restore the backup")
        }
    }

    func release() { close(descriptor) }
}

/// Renames a ledger's files: the log first, so that it is never beside another main file.
///
/// - Returns: the new path of the main file; nil if there was none.
private func moveAside(_ path: String) throws(LedgerError) -> String? {
    let files = FileManager.default
    let stem = "\(path).replaced-\(Int(Date().timeIntervalSince1970))"
    // Two restores within one second keep both old files.
    let free = ([stem] + (2...1000).map { "\(stem)-\($0)" }).first { name in
        ["", "-wal"].allSatisfy { !files.fileExists(atPath: name + $0) }
    }
    let aside = free ?? stem
    unlink(path + "-shm")
    for suffix in ["-wal", ""] where files.fileExists(atPath: path + suffix) {
        guard rename(path + suffix, aside + suffix) == 0 else {
            throw LedgerError(.readOnly, "\(path)\(suffix) can't be moved: \(String(cString: strerror(errno)))")
        }
    }
    return files.fileExists(atPath: aside) ? aside : nil
}
