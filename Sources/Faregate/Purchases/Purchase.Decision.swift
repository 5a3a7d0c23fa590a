extension Purchase {
    /// What a person decides of a purchase that waits for it.
    public enum Decision: Sendable, Hashable {
        /// It counts although it isn't what was sold, in amount, currency or pack.
        case approve
        /// So much of the payment was taken by this refund or dispute: one of ``Purchase/Position/undecided``.
        case count(claim: String, Money)
    }
}
