extension WithdrawalResult {
    /// The credits that were taken away, and the grants they came from.
    public struct Withdrawn: Sendable, Hashable, Codable {
        /// The credits taken from one grant.
        public struct Lot: Sendable, Hashable, Codable {
            public let grant: GrantID
            public let reference: String
            public let source: GrantSource
            /// 1 or more.
            public let credits: Credits

            package init(grant: GrantID, reference: String, source: GrantSource, credits: Credits) {
                self.grant = grant
                self.reference = reference
                self.source = source
                self.credits = credits
            }
        }

        /// In the order in which they were taken.
        public let lots: [Lot]
        /// The part that the account didn't have and now owes.
        public let owed: Credits
        /// The account's total debt now.
        public let debt: Credits

        package init(lots: [Lot], owed: Credits, debt: Credits) {
            self.lots = lots
            self.owed = owed
            self.debt = debt
        }
    }
}
