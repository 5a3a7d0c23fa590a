extension Standing {
    /// Credits that a plan is going to grant.
    public struct ComingCredits: Sendable, Hashable, Codable {
        /// The grant's ``Policy/Plan/Grant/name`` in the plan.
        public let grant: String
        /// Without what rolls over. A debt is paid from it first.
        public let credits: Credits
        public let at: Timestamp
    }
}
