extension Purchase {
    /// A provider-neutral event about one order: a fact, and the order's ids.
    ///
    /// The facts of an order form a set, so repeats and their order of arrival don't matter. The value of a purchase in
    /// credits is a pure function of the set: ``Purchase/Position``.
    public struct Event: Sendable, Hashable {
        /// The order's ids. Facts that have an id in common belong to the same order.
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
    /// The purchase's id from the metadata; nil for a refund, a step of a dispute, an approval, and a receipt (an
    /// `opened` without a checkout). A ledger matches an event by this id only if no other id matches a purchase, and
    /// the purchase has no other checkout.
    ///
    /// The metadata of refunds and disputes isn't used, because they contain their payment's id. The metadata of a
    /// receipt isn't used, because a receipt only shows that an order exists.
    package var hint: String? {
        switch fact {
        case .refund, .refundedSoFar, .dispute, .disputeMoved, .approved: nil
        case .opened where names.checkout == nil: nil
        default: names.purchase
        }
    }
}
