extension SQLiteLedger {
    /// The size of a table.
    public struct TableSize: Sendable, Hashable, Encodable {
        public let name: String
        public let rows: Int64
        /// With its indexes; nil if SQLite was built without [dbstat](https://www.sqlite.org/dbstat.html).
        public let bytes: Int64?
    }
}
