package import Faregate
import Foundation

/// A file that is written under a temporary name, and renamed when it is complete and synced.
package struct NewFile {
    let path: String
    let unfinished: String

    /// Creates the temporary file, readable by its owner only.
    init(_ path: String) throws(LedgerError) {
        self.path = path
        unfinished = "\(path).partial-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0 ... .max))"
        // SQLite gives its log the permissions of the database file.
        let file = open(unfinished, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw NewFile.failure("can't be made", unfinished) }
        close(file)
    }

    /// Writes a text into a new file, which must not exist, in a folder that exists.
    package static func write(_ text: String, to path: String) throws(LedgerError) {
        try FileManager.default.requireFolder(of: path)
        let file = try NewFile(path)
        try file.fill { () throws(LedgerError) in
            do {
                let target = try FileHandle(forWritingTo: URL(fileURLWithPath: file.unfinished))
                try target.write(contentsOf: Data(text.utf8))
                try target.close()
            } catch {
                throw NewFile.failure("can't be written", path)
            }
        }
    }

    /// Writes the file and renames it. If either fails, the temporary file is deleted.
    func fill<Value>(_ write: () throws(LedgerError) -> Value) throws(LedgerError) -> Value {
        do throws(LedgerError) {
            let value = try write()
            try finish()
            return value
        } catch {
            abandon()
            throw error
        }
    }

    /// If there is a file at the path, even one created meanwhile, throws an error with the code `forbidden` and
    /// doesn't replace it. (Where the file system has no links, a file created in the same instant can be replaced.)
    private func finish() throws(LedgerError) {
        try NewFile.sync(unfinished)
        if link(unfinished, path) == 0 {
            unlink(unfinished)
        } else if errno == EEXIST || FileManager.default.fileExists(atPath: path) {
            throw LedgerError(.forbidden, "\(path) exists already, and is not replaced; name another file")
            // Some file systems have no links.
        } else if rename(unfinished, path) != 0 {
            throw NewFile.failure("can't be created", path)
        }
        try NewFile.sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// Copies the contents of another file.
    func copy(_ path: String) throws(LedgerError) {
        do {
            let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            let target = try FileHandle(forWritingTo: URL(fileURLWithPath: unfinished))
            while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty {
                try target.write(contentsOf: piece)
            }
            try target.close()
        } catch {
            throw LedgerError(.failed, "\(path) can't be copied to \(unfinished): \(error.localizedDescription)")
        }
    }

    private func abandon() {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(unfinished + suffix) }
    }

    private static func sync(_ path: String) throws(LedgerError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("can't be opened", path) }
        defer { close(file) }
        #if canImport(Darwin)
        let result = fcntl(file, F_FULLFSYNC)
        #else
        let result = fsync(file)
        #endif
        guard result == 0 else { throw failure("can't be synced to the disk", path) }
    }

    private static func failure(_ what: String, _ path: String) -> LedgerError {
        LedgerError(errno == ENOSPC ? .full : .readOnly, "\(path) \(what): \(String(cString: strerror(errno)))")
    }
}
