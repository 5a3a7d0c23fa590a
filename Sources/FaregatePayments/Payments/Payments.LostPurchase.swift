public import Faregate

extension Payments {
    /// A purchase that its provider knows and the ledger doesn't.
    public struct LostPurchase: Sendable {
        /// The purchase as it was recorded when its checkout was opened. The provider stores it in the order's
        /// metadata.
        public let purchase: Purchase
        /// The provider's id of the checkout. Only a holder of the provider's key can open a checkout, so a customer
        /// can't forge it.
        public let checkout: String
        /// The position by what the provider reports now.
        public let position: Purchase.Position
        let events: [Purchase.Event]
        /// The earliest time of the reconcile, which is all that is known of when the checkout was opened.
        let since: Timestamp

        /// Nil if Faregate did not open the order, or nobody paid it.
        init?(_ order: ReportedOrder, since: Timestamp) {
            guard
                let checkout = order.names.checkout,
                let purchase = order.events.lazy.compactMap(\.described).first,
                purchase.id.rawValue == order.names.purchase
            else { return nil }
            let position = Purchase.Position(of: purchase, given: order.events.map(\.fact))
            guard ![.opened, .failed, .expired].contains(position.status) else { return nil }
            (self.purchase, self.checkout, self.position, events) = (purchase, checkout, position, order.events)
            self.since = since
        }
    }
}
