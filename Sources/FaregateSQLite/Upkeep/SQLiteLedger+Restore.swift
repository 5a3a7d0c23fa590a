public import Faregate
import Foundation

extension SQLiteLedger {
    /// Puts a backup in the place of a ledger. What was there is kept beside it, with its log.
    ///
    /// - Parameters:
    ///   - backup: a ledger that was closed, as ``backup(to:progress:)`` makes one. It stays as it is.
    ///   - path: the ledger's place; there need not be a file.
    /// - Returns: where the file that was there lies now; nil where there was none.
    /// - Throws: `LedgerError` when the backup is not a whole ledger, when a process has the ledger open, or when the
    ///   files can't be written. The ledger is as it was then.
    public static func restore(_ backup: String, to path: String) async throws(LedgerError) -> String? {
        try await onThread { () throws(LedgerError) in
            guard FileManager.default.fileExists(atPath: backup) else {
                throw LedgerError(.missing, "there is no backup at \(backup)")
            }
            guard try LedgerFile(path: backup, access: FileAccess()).check() else {
                throw LedgerError(
                    .logMissing, "\(backup) is a ledger in use, and no backup; make one with faregate backup")
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

/// The lock that SQLite takes on a file that is open, held so that nobody opens it meanwhile.
/// [The locking page](https://www.sqlite.org/fileformat2.html#the_lock_byte_page)
private struct FileLock {
    private static let firstByte = 0x4000_0000
    private static let byteCount = 512

    private let descriptor: Int32

    /// Nil where there is no file.
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

/// Moves a ledger's files out of the way: the log first, so that it never lies beside another file.
///
/// - Returns: where the main file lies now; nil where there was none.
private func moveAside(_ path: String) throws(LedgerError) -> String? {
    let files = FileManager.default
    let stem = "\(path).replaced-\(Int(Date().timeIntervalSince1970))"
    // Two restores in one second keep two files.
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
