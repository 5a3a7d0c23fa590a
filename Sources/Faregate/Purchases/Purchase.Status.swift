extension Purchase {
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// Recorded; nothing was paid.
        case opened
        /// The money is on its way.
        case pending
        case paid
        case failed
        case expired
        case partlyRefunded = "partly refunded"
        case refunded
        /// A dispute is open, and the money is still there.
        case disputed
        /// A dispute has taken the money, for now or for good.
        case chargedBack = "charged back"
        /// Paid, but not as it was sold: see the flags. A person decides.
        case held
    }
}
