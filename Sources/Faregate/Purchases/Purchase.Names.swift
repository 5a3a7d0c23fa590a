extension Purchase {
    /// By what an order is known at its provider, as far as one message tells.
    public struct Names: Sendable, Hashable, Codable {
        /// Our own id, as the provider handed it back in its metadata: a hint, since who makes orders at the provider can write
        /// it.
        public let purchase: String?
        /// The checkout session.
        public let checkout: String?
        /// Payments, by every id that the provider has for one: its own, and that of the charge by which it was made.
        public let payments: [String]

        public init(purchase: String? = nil, checkout: String? = nil, payments: [String] = []) {
            self.purchase = purchase
            self.checkout = checkout
            self.payments = payments
        }
    }
}
