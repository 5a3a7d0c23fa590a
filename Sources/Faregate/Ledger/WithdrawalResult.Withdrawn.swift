extension WithdrawalResult {
    /// What was taken away, and from where.
    public struct Withdrawn: Sendable, Hashable, Codable {
        /// What one grant gave up.
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
        /// How much of it was not there, and is owed.
        public let owed: Credits
        /// What the account owes now, all in all.
        public let debt: Credits

        package init(lots: [Lot], owed: Credits, debt: Credits) {
            self.lots = lots
            self.owed = owed
            self.debt = debt
        }
    }
}
