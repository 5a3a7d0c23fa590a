extension QuickCheck {
    /// What an account had at some moment.
    public struct Snapshot: Sendable, Hashable, Codable {
        public let account: AccountID
        public let spendable: Credits
        public let debt: Credits
        /// The plan that it was on; nil for none.
        public let plan: String?
        public let isSuspended: Bool
        public let at: Timestamp
    }
}
