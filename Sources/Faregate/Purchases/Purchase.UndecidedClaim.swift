extension Purchase {
    /// A refund or a dispute for which a person has to decide how much of the payment it took.
    public struct UndecidedClaim: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
            case refund
            /// The running total of a payment's refunds; the id is the payment's.
            case refundsSoFar = "refunds so far"
            case dispute
        }

        public let kind: Kind
        /// The provider's id.
        public let id: String
        /// The amount that the provider reported in another currency; nil if only the payment is unclear.
        public let stated: Money?
        /// The payment's amount. The decision can be at most this, in its currency.
        public let payment: Money
        /// The amount reported so far, to which a decision applies. If more is reported later, a person has to decide
        /// again.
        let whole: Money?

        package init(kind: Kind, id: String, stated: Money?, payment: Money, whole: Money? = nil) {
            (self.kind, self.id, self.stated, self.payment) = (kind, id, stated, payment)
            self.whole = whole ?? stated
        }
    }
}
