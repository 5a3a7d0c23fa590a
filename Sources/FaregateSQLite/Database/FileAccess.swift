/// How the ledger's file is reached: what a test can turn.
package struct FileAccess: Sendable {
    /// How long a statement waits for another process's lock.
    package var busyTimeoutMilliseconds: Int32
    /// The name of a registered [VFS](https://www.sqlite.org/vfs.html); nil for the system's own.
    package var vfs: String?
    /// How many entries each cache of a connection keeps at most, 1 or more; nil for as many as it is made for. What is in
    /// a cache and what isn't must never make a difference.
    package var cacheSize: Int?

    package init(busyTimeoutMilliseconds: Int32 = 10_000, vfs: String? = nil, cacheSize: Int? = nil) {
        self.busyTimeoutMilliseconds = busyTimeoutMilliseconds
        self.vfs = vfs
        self.cacheSize = cacheSize
    }
}
