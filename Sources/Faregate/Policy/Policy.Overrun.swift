extension Policy {
    /// What happens when a call used more than it held.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Overrun: String, CaseIterable, Hashable, Sendable, Codable {
        /// What is there is taken, and the charge is marked short.
        case cap
        /// What is missing is owed, up to the policy's debt limit.
        case debt
    }
}
