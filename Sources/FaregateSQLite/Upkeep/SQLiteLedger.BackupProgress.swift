extension SQLiteLedger {
    /// How far a backup has come.
    public struct BackupProgress: Sendable, Hashable {
        /// How many pages of the file are copied.
        public let copiedPages: Int
        /// How many pages there are.
        public let totalPages: Int
    }
}
