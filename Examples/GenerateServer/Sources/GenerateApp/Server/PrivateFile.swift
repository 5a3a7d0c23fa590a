import Foundation

/// Writes files that only their owner can read. A file is written completely or not at all.
enum PrivateFile {
    enum Conflict {
        case replacing
        /// If a file with this name exists, keeps that file.
        case keepingFirst
    }

    /// Writes the whole file under a temporary name, then renames it in one step.
    ///
    /// - Returns: false if another file had the name and was kept.
    /// - Throws: the operating system's error.
    @discardableResult
    static func write(_ data: Data, to path: String, _ conflict: Conflict) throws -> Bool {
        let draft = "\(path).\(hexadecimal(SessionKey.random().prefix(8))).tmp"
        defer { unlink(draft) }
        // The file is created with its permissions, so that others can't read it at any moment.
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure }
        defer { close(descriptor) }
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: data)
        guard fsync(descriptor) == 0 else { throw failure }
        switch conflict {
        case .replacing:
            guard rename(draft, path) == 0 else { throw failure }
        case .keepingFirst:
            guard link(draft, path) == 0 else {
                guard errno == EEXIST else { throw failure }
                return false
            }
        }
        return true
    }

    private static var failure: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
