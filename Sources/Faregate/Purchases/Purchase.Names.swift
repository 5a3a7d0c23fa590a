extension Purchase {
    /// The ids of one order at its provider, as far as one message has them.
    public struct Names: Sendable, Hashable, Codable {
        /// Faregate's own id from the order's metadata. It is only a hint, because anyone who creates orders at the
        /// provider can set it.
        public let purchase: String?
        /// The checkout session.
        public let checkout: String?
        /// The ids of payments. A provider can have several for one payment: the payment's own id and the id of its
        /// charge.
        public let payments: [String]

        public init(purchase: String? = nil, checkout: String? = nil, payments: [String] = []) {
            self.purchase = purchase
            self.checkout = checkout
            self.payments = payments
        }
    }
}
