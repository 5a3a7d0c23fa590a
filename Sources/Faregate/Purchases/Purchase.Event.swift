extension Purchase {
    /// What a payment provider says of one order, in no provider's words: a fact, and by which names the order is known.
    ///
    /// Facts are a set. However often one arrives and in whatever order, it says the same, and what a purchase is worth is
    /// a pure function of the set: ``Purchase/Position``.
    public struct Event: Sendable, Hashable {
        /// Whose order it is. Facts that share a name are of one order.
        public let names: Names
        public let fact: Fact
        /// What the provider says of who pays: kept apart from the books, so that it can be forgotten.
        public let billing: BillingDetails?
        /// What the order's metadata says was sold: ``Purchase/metadata``. It grants nothing; a person can adopt the purchase by
        /// it where the ledger has lost it.
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
    /// Our own id, where the event may lead to the purchase by it: in what is said of a checkout, or of a payment that was
    /// made. It is followed where no other name leads to a purchase, and the purchase has no other checkout.
    ///
    /// What refunds and disputes have in their metadata leads nowhere: they are known by the payment that they name. Neither
    /// does a receipt, which says no more than that there is an order.
    package var hint: String? {
        switch fact {
        case .refund, .refundedSoFar, .dispute, .approved: nil
        case .opened where names.checkout == nil: nil
        default: names.purchase
        }
    }
}
