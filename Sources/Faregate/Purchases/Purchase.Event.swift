extension Purchase {
    /// A provider-neutral event about one order: a fact, and the names of the order.
    ///
    /// The facts of an order form a set, so repeats and their order of arrival don't matter. The value of a purchase in
    /// credits is a pure function of the set: ``Purchase/Position``.
    public struct Event: Sendable, Hashable {
        /// The names of the order. Facts that share a name belong to the same order.
        public let names: Names
        public let fact: Fact
        /// The payer's details from the provider. They are stored apart from the journal, so that they can be deleted.
        public let billing: BillingDetails?
        /// The purchase that the order's metadata describes: ``Purchase/metadata``. It grants nothing; a person can use
        /// it to adopt a purchase that the ledger has lost.
        public let described: Purchase?

        public init(
            names: Names, fact: Fact, billing: BillingDetails? = nil, described: Purchase? = nil
        ) {
            self.names = names
            self.fact = fact
            self.billing = billing
            self.described = described
        }
    }
}

extension Purchase.Event {
    /// The purchase's id, if this event may find the purchase by it: an event about a checkout, or about a payment that
    /// was made. A ledger uses the id only if no other name finds a purchase, and the purchase has no other checkout.
    ///
    /// The metadata of refunds and disputes isn't used: they name their payment. Nor is that of a receipt, which says
    /// only that there is an order.
    package var hint: String? {
        switch fact {
        case .refund, .refundedSoFar, .dispute, .approved: nil
        case .opened where names.checkout == nil: nil
        default: names.purchase
        }
    }
}
