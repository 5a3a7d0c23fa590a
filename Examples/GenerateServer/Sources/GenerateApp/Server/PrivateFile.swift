import Foundation

/// Files that only their owner may read, and that are never there in part.
enum PrivateFile {
    enum Conflict {
        case replacing
        /// A file that already has the name stays.
        case keepingFirst
    }

    /// Writes the whole file under a name of its own, then gives it the right one in one step.
    ///
    /// - Returns: whether it is this one that has the name now.
    /// - Throws: what the operating system says.
    @discardableResult
    static func write(_ data: Data, to path: String, _ conflict: Conflict) throws -> Bool {
        let draft = "\(path).\(hexadecimal(SessionKey.random().prefix(8))).tmp"
        defer { unlink(draft) }
        // Created with its permissions, not given them afterwards: there is no moment in which others can read it.
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
