extension Policy {
    /// What happens to calls while the ledger is out of reach.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Outage: Hashable, Sendable {
        /// They are refused, unless the action or the whole policy is in shadow mode, which refuses nobody.
        case deny
        /// They are let through: at most so many per process that are running or not charged yet, 1 to 100,000.
        case allow(max: Int)

        /// The largest number that an action can allow.
        static let maximum = 100_000
    }
}
