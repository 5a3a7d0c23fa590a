/// How the ledger's file is reached: what a test can turn.
package struct FileAccess: Sendable {
    /// How long a statement waits for another process's lock.
    package var busyTimeoutMilliseconds: Int32
    /// The name of a registered [VFS](https://www.sqlite.org/vfs.html); nil for the system's own.
    package var vfs: String?

    package init(busyTimeoutMilliseconds: Int32 = 10_000, vfs: String? = nil) {
        self.busyTimeoutMilliseconds = busyTimeoutMilliseconds
        self.vfs = vfs
    }
}
