/// How the ledger's file is accessed. Tests change it.
package struct FileAccess: Sendable {
    /// How long a statement waits for a lock of another process.
    package var busyTimeoutMilliseconds: Int32
    /// The name of a registered [VFS](https://www.sqlite.org/vfs.html); nil for the system's own.
    package var vfs: String?
    /// The most entries in each cache of a connection, 1 or more; nil for the default. Results never depend on
    /// what is cached.
    package var cacheSize: Int?

    package init(busyTimeoutMilliseconds: Int32 = 10_000, vfs: String? = nil, cacheSize: Int? = nil) {
        self.busyTimeoutMilliseconds = busyTimeoutMilliseconds
        self.vfs = vfs
        self.cacheSize = cacheSize
    }
}
