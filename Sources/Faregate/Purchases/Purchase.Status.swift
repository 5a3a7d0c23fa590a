extension Purchase {
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// Recorded, but not paid.
        case opened
        /// The money is on its way.
        case pending
        case paid
        case failed
        case expired
        case partlyRefunded = "partly refunded"
        case refunded
        /// A dispute is open, but hasn't taken the money.
        case disputed
        /// A dispute has taken the money; it may still be reinstated.
        case chargedBack = "charged back"
        /// Paid, but not what was sold: see the flags. A person has to decide.
        case held
    }
}
