extension Policy {
    /// What happens to calls while the ledger is out of reach.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Outage: Hashable, Sendable {
        /// Calls are refused, unless the action or the whole policy is in shadow mode.
        case deny
        /// A call is let through if fewer than `max` let-through calls of the process, of all actions together, are
        /// running or waiting to be charged. `max` is 1 to 100,000.
        case allow(max: Int)

        /// The largest `max` of an action.
        static let maximum = 100_000
    }
}
