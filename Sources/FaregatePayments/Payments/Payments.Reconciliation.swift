public import Faregate

extension Payments {
    /// What a provider knows, held against what is on record.
    public struct Reconciliation: Sendable {
        public let provider: String
        public let since: Timestamp
        /// How many orders the provider told of.
        public let orderCount: Int
        /// Purchases that stand otherwise than was on record, and how.
        public let differences: [Purchase.Change]
        /// Purchases that were paid, and that the ledger has lost: it may have been restored from a backup that is older than
        /// they are. ``Payments/adopt(_:_:)`` takes them on record once a person has agreed.
        public let lost: [Payments.LostPurchase]
        /// How many orders are not ours: others may sell through the same account at the provider.
        public let foreignCount: Int
        /// Purchases that have credits, and that the provider didn't tell of; of the latest thousand.
        public let absent: [Purchase.Record]
        /// What the provider lists and nobody can read. Those that name a purchase on record are ``unreadableOnRecord``.
        public let unreadable: [ProviderKit.UnreadableObject]
        /// What nobody can read of purchases on record: a person has to look at it.
        public let unreadableOnRecord: [ProviderKit.UnreadableObject]
        /// What there is to learn, an order each.
        let news: [[Purchase.Event]]

        /// Whether everything is on record as it is.
        public var isClean: Bool {
            differences.isEmpty && lost.isEmpty && absent.isEmpty && unreadableOnRecord.isEmpty
        }
    }
}

extension Payments.Reconciliation: CustomStringConvertible {
    /// One line: how much the provider told of, and what a person has to look at, by its ids.
    public var description: String {
        let lost = lost.map { "\($0.purchase.account) paid for \($0.purchase.id), which is not on record" }
        let unreadable = unreadableOnRecord.map {
            "the \($0.kind) \($0.id ?? "without an id") can't be read, \($0.reason)"
        }
        let absent = absent.map { "\($0.purchase.id) of \($0.purchase.account) has credits and is not there" }
        let figures = "orders \(orderCount), not ours \(foreignCount), otherwise than on record \(differences.count)"
        return "\(provider), asked since \(since): " + ([figures] + lost + unreadable + absent).joined(separator: "; ")
    }
}
