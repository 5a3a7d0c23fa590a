extension Purchase {
    /// How a refund stands. A later one beats an earlier one: `failed` and `cancelled` are the end.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum RefundStatus: String, Sendable, Hashable, Codable, CaseIterable {
        /// Asked for: the money is leaving, and so do the credits.
        case pending, succeeded
        /// The money stays, and the credits come back.
        case failed, cancelled
    }
}
