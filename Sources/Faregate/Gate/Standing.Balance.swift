extension Standing {
    /// What an account can spend, what will be lost, and what will come.
    public struct Balance: Sendable, Hashable, Codable {
        /// What can be spent now.
        public let spendable: Credits
        /// Taken by calls that are still open.
        public let held: Credits
        /// Owed: the next credits pay it first.
        public let debt: Credits
        /// What can be spent now, by where it came from.
        public let sources: AccountBalance.Sources
        /// Whether it is time to offer more: less than the policy's `lowBalance` can be spent, or nothing.
        public let isLow: Bool
        /// The credits that expire first; nil where none do.
        public let expiring: Standing.ExpiringCredits?
        /// What the account's plan grants next, the soonest first: one for each of its grants that come again.
        public let coming: [Standing.ComingCredits]
    }
}
