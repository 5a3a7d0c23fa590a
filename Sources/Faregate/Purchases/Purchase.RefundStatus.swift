extension Purchase {
    /// The status of a refund. A later status replaces an earlier one; `failed` and `cancelled` are final.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum RefundStatus: String, Sendable, Hashable, Codable, CaseIterable {
        /// Requested: the money is leaving, so the credits are taken back.
        case pending, succeeded
        /// The money stays, so the credits are granted again.
        case failed, cancelled
    }
}
