public import Faregate

extension Payments {
    /// A purchase that its provider knows and the ledger doesn't.
    public struct LostPurchase: Sendable {
        /// As it was recorded when its checkout was opened: the provider kept that beside the order.
        public let purchase: Purchase
        /// The provider's id of the checkout. Only who has the provider's key can open one.
        public let checkout: String
        /// What it is worth by what the provider tells now.
        public let position: Purchase.Position
        let events: [Purchase.Event]
        /// Since when the provider was asked: all that is known of when the checkout was opened.
        let since: Timestamp

        /// Nil where the order was not opened by Faregate, or nobody ever paid it.
        init?(_ order: ToldOrder, since: Timestamp) {
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
