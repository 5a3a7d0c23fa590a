extension Ledger {
    /// The progress of an audit.
    public struct AuditProgress: Sendable, Hashable {
        /// The current step.
        public let step: String
        /// The finished steps.
        public let completed: Int
        /// The number of steps.
        public let total: Int

        package init(step: String, completed: Int, total: Int) {
            (self.step, self.completed, self.total) = (step, completed, total)
        }
    }
}
