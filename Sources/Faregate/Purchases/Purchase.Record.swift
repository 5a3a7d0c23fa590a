extension Purchase {
    /// The ledger's full record of a purchase.
    public struct Record: Sendable, Hashable {
        public let purchase: Purchase
        /// The provider's id of the checkout.
        public let checkout: String?
        public let position: Position
        public let facts: [Fact]
        public let billing: BillingDetails?
        public let openedAt: Timestamp
        public let paidAt: Timestamp?

        package init(
            purchase: Purchase,
            checkout: String?,
            position: Position,
            facts: [Fact],
            billing: BillingDetails?,
            openedAt: Timestamp,
            paidAt: Timestamp?
        ) {
            self.purchase = purchase
            self.checkout = checkout
            self.position = position
            self.facts = facts
            self.billing = billing
            self.openedAt = openedAt
            self.paidAt = paidAt
        }
    }
}
