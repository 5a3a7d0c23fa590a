extension Purchase {
    /// A person's decision about a purchase that waits for one.
    public enum Decision: Sendable, Hashable {
        /// Accept the payment, although its amount, currency or pack isn't what was sold.
        case approve
        /// This refund or dispute, one of ``Purchase/Position/undecided``, took this amount of the payment.
        case count(claim: String, Money)
    }
}
