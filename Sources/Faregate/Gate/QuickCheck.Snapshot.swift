extension QuickCheck {
    /// An account's balance at one moment.
    public struct Snapshot: Sendable, Hashable, Codable {
        public let account: AccountID
        public let spendable: Credits
        /// Those of the spendable credits that pay only for some actions; nil if there are none, or too many to list.
        public let reserved: [AccountBalance.Reserved]?
        public let debt: Credits
        /// The account's plan; nil for none.
        public let plan: String?
        public let isSuspended: Bool
        public let at: Timestamp
    }
}
