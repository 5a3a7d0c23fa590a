extension Standing {
    /// An account's spendable credits, the credits that expire next, and the credits that its plan will grant next.
    public struct Balance: Sendable, Hashable, Codable {
        /// The credits that can be spent now, including the ``reserved`` ones.
        public let spendable: Credits
        /// The ``spendable`` credits that pay only for some actions, with the present names of these actions.
        public let reserved: [AccountBalance.Reserved]
        /// The credits held by open calls.
        public let held: Credits
        /// The credits that the account owes. New credits pay this first.
        public let debt: Credits
        /// The credits that can be spent now, by source.
        public let sources: AccountBalance.Sources
        /// Whether to offer more credits: all spendable credits together are 0, or below the policy's `lowBalance`.
        public let isLow: Bool
        /// The credits that expire first; nil if none expire.
        public let expiring: Standing.ExpiringCredits?
        /// For each recurring grant of the account's plan, when it grants next and how much; the soonest first.
        public let coming: [Standing.ComingCredits]
    }
}
