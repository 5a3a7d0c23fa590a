extension Ledger {
    /// Credits that a person gave back for a settled call. They are a grant of their own: the charge stays settled.
    public struct GivenBack: Sendable, Hashable, Codable {
        public package(set) var grant: GrantID
        /// 1 or more.
        public let credits: Credits
        public let at: Timestamp
        public let by: String
        public let reason: String
        /// When they expire.
        public let expiresAt: Timestamp
        /// The actions that they pay for; nil for all actions.
        public let actions: [String]?

        package init(
            grant: GrantID, credits: Credits, at: Timestamp, by: String, reason: String, expiresAt: Timestamp,
            actions: [String]?
        ) {
            (self.grant, self.credits, self.at, self.actions) = (grant, credits, at, actions)
            (self.by, self.reason, self.expiresAt) = (by, reason, expiresAt)
        }
    }
}
