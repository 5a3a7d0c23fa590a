import Foundation

/// Identifies the file at a path, to detect that it was replaced or deleted.
struct FileIdentity: Equatable, Sendable {
    private let device: UInt64
    private let number: UInt64

    /// Nil if there is no file.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }
}

/// The files of an open ledger. After one of them is replaced or deleted, further writes would be lost.
struct OpenFiles: Sendable {
    private let files: [(path: String, identity: FileIdentity?)]

    init(path: String) {
        files = [path, path + "-wal"].map { ($0, FileIdentity(path: $0)) }
    }

    var areInPlace: Bool { files.allSatisfy { $0.identity == FileIdentity(path: $0.path) } }
}
