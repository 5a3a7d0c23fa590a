extension Ledger {
    /// Receives the events of a ledger's background work.
    public typealias Observer = @Sendable (Event) -> Void

    /// An event of a ledger's background work.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Event: Sendable, CustomStringConvertible {
        /// A background task of a ledger.
        #if hasAttribute(nonexhaustive)
        @nonexhaustive
        #endif
        public enum Task: String, Sendable {
            /// Extending the lease of the charges that this process holds.
            case heartbeat
            /// Refunding charges held by processes that died.
            case recovery
            /// Deleting outdated rows.
            case pruning
            /// Recording refusals for `faregate explain`.
            case refusals
            /// Copying SQLite's write-ahead log into the file.
            case checkpoint
            /// Closing the file.
            case closing
        }

        /// The task failed, and runs again later. Closing doesn't run again, and refusals that can't be written are
        /// lost.
        case failed(Task, LedgerError)
        /// Charges of processes that died were refunded.
        case recovered([Ledger.OpenCharge])
        /// The ledger has stopped writing until it is opened again.
        case stopped(LedgerError)

        public var description: String {
            switch self {
            case .failed(let task, let error): "a background task of the ledger failed (\(task.rawValue)): \(error)"
            case .recovered(let charges):
                "refunded \(charges.count) \(charges.count == 1 ? "charge" : "charges") held by processes that died"
            case .stopped(let error): "the ledger has stopped: \(error)"
            }
        }
    }
}
