extension SQLiteLedger {
    /// The progress of an audit.
    public struct AuditProgress: Sendable, Hashable {
        /// The current step.
        public let step: String
        /// The finished steps.
        public let completed: Int
        /// The number of steps.
        public let total: Int
    }
}
