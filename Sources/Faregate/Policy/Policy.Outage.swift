extension Policy {
    /// What happens to calls while the ledger is out of reach.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Outage: Hashable, Sendable {
        /// Calls are refused, unless the action or the whole policy is in shadow mode.
        case deny
        /// Calls are let through. At most `max` per process, 1 to 100,000, can be running or waiting to be charged.
        case allow(max: Int)

        /// The largest `max` of an action.
        static let maximum = 100_000
    }
}
