extension SQLiteLedger {
    /// The progress of a backup.
    public struct BackupProgress: Sendable, Hashable {
        /// The pages copied so far.
        public let copiedPages: Int
        /// The pages of the file.
        public let totalPages: Int
    }
}
