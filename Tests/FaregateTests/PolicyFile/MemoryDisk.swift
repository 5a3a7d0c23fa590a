import Faregate
import Foundation

/// Files in memory. A folder exists if it contains a file.
final class MemoryDisk: PolicyDisk {
    private struct File {
        var bytes: [UInt8]
        var status: FileStatus
    }

    private struct State {
        var files: [String: File] = [:]
        var nextInode: UInt64 = 1
        var reads = 0
        var afterReading: (@Sendable () -> Void)?
        var afterStatus: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// The number of times that a file was read.
    var readCount: Int { state.withLock { $0.reads } }

    /// Writes or overwrites a file. An existing file keeps its modification time unless another is given.
    func write(_ bytes: [UInt8], to path: String, modifiedMilliseconds: Int64? = nil, sameInode: Bool = false) {
        state.withLock { state in
            let old = state.files[path]?.status
            if !sameInode { state.nextInode += 1 }
            let status = FileStatus(
                kind: .file,
                modifiedNanoseconds: modifiedMilliseconds.map { $0 * 1_000_000 } ?? old?.modifiedNanoseconds ?? 0,
                byteCount: Int64(bytes.count),
                inode: sameInode ? old?.inode ?? 0 : state.nextInode,
                resolvedPath: path
            )
            state.files[path] = File(bytes: bytes, status: status)
        }
    }

    func write(_ text: String, to path: String, modifiedMilliseconds: Int64? = nil, sameInode: Bool = false) {
        write(Array(text.utf8), to: path, modifiedMilliseconds: modifiedMilliseconds, sameInode: sameInode)
    }

    func remove(_ path: String) {
        state.withLock { $0.files[path] = nil }
    }

    /// Runs a closure once, just after the next read of a file and before the reader gets the content.
    func afterNextReading(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.afterReading = action }
    }

    /// Runs a closure once, just after the next status check of a file.
    func afterNextStatus(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.afterStatus = action }
    }

    func status(of path: String) throws(PolicyDiskError) -> FileStatus {
        let (file, isFolder, action) = state.withLock { state in
            defer { state.afterStatus = nil }
            return (state.files[path], state.files.keys.contains { $0.hasPrefix(path + "/") }, state.afterStatus)
        }
        action?()
        if let file { return file.status }
        guard isFolder else { throw PolicyDiskError(errno: ENOENT) }
        return FileStatus(kind: .folder, modifiedNanoseconds: 0, byteCount: 0, inode: 0, resolvedPath: path)
    }

    func names(in folder: String) throws(PolicyDiskError) -> [String] {
        state.withLock { state in
            state.files.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
        }
    }

    func contents(of file: String, atMost byteCount: Int) throws(PolicyDiskError) -> [UInt8] {
        let (bytes, action) = state.withLock { state in
            state.reads += 1
            defer { state.afterReading = nil }
            return (state.files[file]?.bytes, state.afterReading)
        }
        action?()
        guard let bytes else { throw PolicyDiskError(errno: ENOENT) }
        return Array(bytes.prefix(byteCount))
    }
}
