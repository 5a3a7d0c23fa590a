extension Ledger {
    /// Sees what happens to a ledger beside the calls that it answers.
    public typealias Observer = @Sendable (Event) -> Void

    /// What happened to a ledger beside the calls that it answers.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Event: Sendable, CustomStringConvertible {
        /// What a ledger does by itself.
        #if hasAttribute(nonexhaustive)
            @nonexhaustive
        #endif
        public enum Task: String, Sendable {
            /// Extending the lease of what this process holds.
            case heartbeat
            /// Refunding what dead processes held.
            case recovery
            /// Deleting what is out of date.
            case pruning
            /// Keeping refusals for people to look at.
            case refusals
            /// Copying the log into the file.
            case checkpoint
            /// Closing the file.
            case closing
        }

        /// The task failed, and runs again later. Closing doesn't; refusals that can't be written are lost.
        case failed(Task, LedgerError)
        /// Charges of processes that died were refunded.
        case recovered([Ledger.OpenCharge])
        /// The ledger writes nothing more until it is opened again.
        case stopped(LedgerError)

        public var description: String {
            switch self {
            case .failed(let task, let error): "the ledger's \(task.rawValue) failed: \(error)"
            case .recovered(let charges): "refunded \(charges.count) charges of processes that died"
            case .stopped(let error): "the ledger has stopped: \(error)"
            }
        }
    }
}
