import Foundation

/// What the loader needs from a file system, so that tests can replace it.
package protocol PolicyDisk: Sendable {
    /// The status of the file at the path, with symbolic links resolved.
    func status(of path: String) throws(PolicyDiskError) -> FileStatus
    func names(in folder: String) throws(PolicyDiskError) -> [String]
    func contents(of file: String, atMost byteCount: Int) throws(PolicyDiskError) -> [UInt8]
}

/// A file's status; it changes when the file does.
package struct FileStatus: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case file, folder, other
    }

    package var kind: Kind
    /// The time of the last change to the file's contents or metadata (ctime), since 1970, with the file system's full
    /// precision. A copy can keep the modification time, but not this time.
    package var modifiedNanoseconds: Int64
    package var byteCount: Int64
    package var inode: UInt64
    /// Detects a symbolic link that now leads to another file of the same size and age.
    package var resolvedPath: String

    package init(kind: Kind, modifiedNanoseconds: Int64, byteCount: Int64, inode: UInt64, resolvedPath: String) {
        self.kind = kind
        self.modifiedNanoseconds = modifiedNanoseconds
        self.byteCount = byteCount
        self.inode = inode
        self.resolvedPath = resolvedPath
    }
}

/// Why a file can't be read, in words.
package struct PolicyDiskError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(errno code: Int32) {
        description =
            switch code {
            case ENOENT, ENOTDIR: "there is no such file or folder"
            case EACCES, EPERM: "this can't be read: permission denied"
            default: "this can't be read: \(String(cString: strerror(code)))"
            }
    }
}

/// The machine's own file system.
package struct LocalDisk: PolicyDisk {
    package init() {}

    package func status(of path: String) throws(PolicyDiskError) -> FileStatus {
        var info = stat()
        guard stat(path, &info) == 0 else { throw PolicyDiskError(errno: errno) }
        return FileStatus(
            kind: kind(of: info.st_mode),
            modifiedNanoseconds: modifiedNanoseconds(info),
            byteCount: Int64(info.st_size),
            inode: UInt64(info.st_ino),
            resolvedPath: resolved(path)
        )
    }

    private func kind(of mode: mode_t) -> FileStatus.Kind {
        switch mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    private func modifiedNanoseconds(_ info: stat) -> Int64 {
        #if canImport(Darwin)
        let time = info.st_ctimespec
        #else
        let time = info.st_ctim
        #endif
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    private func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    package func names(in folder: String) throws(PolicyDiskError) -> [String] {
        guard let stream = opendir(folder) else { throw PolicyDiskError(errno: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    String(cString: $0)
                }
            }
            names.append(name)
        }
        return names
    }

    package func contents(of file: String, atMost byteCount: Int) throws(PolicyDiskError) -> [UInt8] {
        // Non-blocking: since its kind was checked, the file may have become a pipe without a writer.
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw PolicyDiskError(errno: errno) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while contents.count < byteCount {
            let count = read(descriptor, &buffer, min(buffer.count, byteCount - contents.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw PolicyDiskError(errno: errno) }
            if count == 0 { break }
            contents += buffer[..<count]
        }
        return contents
    }
}
