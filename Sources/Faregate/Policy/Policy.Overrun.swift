extension Policy {
    /// What happens when a call cost more than it held and the account can't pay the rest.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Overrun: String, CaseIterable, Hashable, Sendable, Codable {
        /// The account pays what it has, and the charge is marked short.
        case cap
        /// The account owes the rest, up to the policy's debt limit.
        case debt
    }
}
