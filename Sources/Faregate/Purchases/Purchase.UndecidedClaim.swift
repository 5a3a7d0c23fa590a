extension Purchase {
    /// A refund or a dispute of which nobody but a person can say how much of the payment it took.
    public struct UndecidedClaim: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
            case refund
            /// All refunds of a payment together: the id is the payment's.
            case refundsSoFar = "refunds so far"
            case dispute
        }

        public let kind: Kind
        /// The provider's id.
        public let id: String
        /// What the provider told, in another currency; nil where what is unclear is of which payment it is.
        public let stated: Money?
        /// The payment: what is counted is at most this, in its currency.
        public let payment: Money
        /// What it has told in all: what a count is of. Where more is told later, a person has to count again.
        let whole: Money?

        package init(kind: Kind, id: String, stated: Money?, payment: Money, whole: Money? = nil) {
            (self.kind, self.id, self.stated, self.payment) = (kind, id, stated, payment)
            self.whole = whole ?? stated
        }
    }
}
