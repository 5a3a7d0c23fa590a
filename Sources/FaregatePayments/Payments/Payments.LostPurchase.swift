public import Faregate

extension Payments {
    /// A purchase that the provider has and the ledger lacks.
    public struct LostPurchase: Sendable {
        /// The purchase as it was recorded when its checkout was opened. The provider stores it in the order's
        /// metadata.
        public let purchase: Purchase
        /// The provider's id of the checkout. Only a holder of the provider's key can open a checkout, so a customer
        /// can't forge it.
        public let checkout: String
        /// The position according to the provider's present report.
        public let position: Purchase.Position
        let events: [Purchase.Event]
        /// The start of the period that was reconciled. It is recorded as the time at which the checkout was opened,
        /// because the provider's report doesn't say when.
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
