extension Ledger {
    /// Figures about the content of a ledger at one moment; all kinds of databases report the same ones. Reading them
    /// takes a few index look-ups and, in PostgreSQL, a count of up to 100,000 accounts.
    public struct Figures: Sendable, Hashable, Encodable {
        /// The number of accounts. Beyond 100,000, a PostgreSQL ledger gives the server's estimate.
        public let accounts: Int64
        /// The number of held charges.
        public let openHolds: Int64
        /// When the oldest held charge was made.
        public let oldestHold: Timestamp?
        /// When the first idempotency key expires. A time long ago means that nothing deletes expired keys.
        public let firstKeyExpiry: Timestamp?
        /// Events of payment providers whose processing is due.
        public let inboxDue: Int64
        /// Events that a person should review.
        public let inboxFlagged: Int64
        /// Purchases that a person should review.
        public let flaggedPurchases: Int64
        /// When the latest stored refusal was made. A process stores its refusals at least every 15 seconds.
        public let latestRefusal: Timestamp?

        package init(
            accounts: Int64, openHolds: Int64 = 0, oldestHold: Timestamp? = nil, firstKeyExpiry: Timestamp? = nil,
            inboxDue: Int64 = 0, inboxFlagged: Int64 = 0, flaggedPurchases: Int64 = 0, latestRefusal: Timestamp? = nil
        ) {
            (self.accounts, self.openHolds, self.oldestHold) = (accounts, openHolds, oldestHold)
            (self.firstKeyExpiry, self.latestRefusal) = (firstKeyExpiry, latestRefusal)
            (self.inboxDue, self.inboxFlagged, self.flaggedPurchases) = (inboxDue, inboxFlagged, flaggedPurchases)
        }

        /// The problems that need a person, in words.
        package func problems(at now: Timestamp) -> [String] {
            var problems: [String] = []
            if let oldestHold, oldestHold.advanced(byMilliseconds: Figures.dayMilliseconds) < now {
                problems.append("a call has been open since \(oldestHold)")
            }
            if let firstKeyExpiry, firstKeyExpiry.advanced(byMilliseconds: Figures.dayMilliseconds) < now {
                problems.append("keys that expired over a day ago have not been deleted: is a server running?")
            }
            if inboxDue > 0 { problems.append("payment events that are overdue: \(inboxDue)") }
            if inboxFlagged > 0 { problems.append("payment events to review: \(inboxFlagged)") }
            if flaggedPurchases > 0 { problems.append("purchases to review: \(flaggedPurchases)") }
            return problems
        }

        private static let dayMilliseconds: Int64 = 24 * 60 * 60 * 1000
    }
}
