extension SQLiteLedger {
    /// How far an audit has come.
    public struct AuditProgress: Sendable, Hashable {
        /// What is looked at now.
        public let step: String
        /// How many steps are done.
        public let completed: Int
        /// How many steps there are.
        public let total: Int
    }
}
