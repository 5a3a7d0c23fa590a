public import Faregate

extension Payments {
    /// A comparison of a provider's orders with the recorded purchases.
    public struct Reconciliation: Sendable {
        public let provider: String
        public let since: Timestamp
        /// How many orders the provider returned.
        public let orderCount: Int
        /// The recorded purchases that the provider's orders would change, and how.
        public let differences: [Purchase.Change]
        /// Paid purchases that the ledger lacks, for example because it was restored from an older backup.
        /// ``Payments/adopt(_:_:)`` records them once a person has agreed.
        public let lost: [Payments.LostPurchase]
        /// How many orders are not ours: other shops may sell through the same account at the provider.
        public let foreignCount: Int
        /// The purchases among the latest thousand that have credits and that the provider did not return.
        public let absent: [Purchase.Record]
        /// All objects in the provider's list that can't be read. Those that name a recorded purchase are also in
        /// ``unreadableOnRecord``.
        public let unreadable: [ProviderKit.UnreadableObject]
        /// Unreadable objects of recorded purchases. A person has to check them.
        public let unreadableOnRecord: [ProviderKit.UnreadableObject]
        /// The events to record, grouped by order.
        let news: [[Purchase.Event]]

        /// Whether the record agrees with the provider.
        public var isClean: Bool {
            differences.isEmpty && lost.isEmpty && absent.isEmpty && unreadableOnRecord.isEmpty
        }
    }
}

extension Payments.Reconciliation: CustomStringConvertible {
    /// One line with the counts, and with the ids that a person has to check.
    public var description: String {
        let lost = lost.map { "\($0.purchase.account) paid for \($0.purchase.id), which is not recorded" }
        let unreadable = unreadableOnRecord.map {
            "the \($0.kind) \($0.id ?? "without an id") can't be read, \($0.reason)"
        }
        let absent = absent.map {
            "\($0.purchase.id) of \($0.purchase.account) has credits, but no order at \(provider)"
        }
        let figures = "orders \(orderCount), not ours \(foreignCount), different from the record \(differences.count)"
        return "\(provider), asked since \(since): " + ([figures] + lost + unreadable + absent).joined(separator: "; ")
    }
}
