extension Standing {
    /// Credits that a plan will grant.
    public struct ComingCredits: Sendable, Hashable, Codable {
        /// The grant's ``Policy/Plan/Grant/name`` in the plan.
        public let grant: String
        /// The amount of the grant, without credits carried over. The account's debt is paid from it first.
        public let credits: Credits
        /// The actions that the credits will pay for; nil for all actions.
        public let actions: [String]?
        public let at: Timestamp
    }
}
