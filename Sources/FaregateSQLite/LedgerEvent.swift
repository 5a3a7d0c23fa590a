public import Faregate

/// Learns what happens to a ledger that no caller is told of.
public typealias LedgerObserver = @Sendable (LedgerEvent) -> Void

/// What happened to a ledger that no caller is told of.
public enum LedgerEvent: Sendable, CustomStringConvertible {
    /// What a ledger does by itself.
    public enum Task: String, Sendable {
        /// Saying that this process lives.
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

    /// It will be tried again, but for closing; refusals that the file doesn't take are lost.
    case failed(Task, LedgerError)
    /// Charges of processes that died were refunded.
    case recovered([OpenCharge])
    /// Nothing is written any more until the ledger is opened again.
    case stopped(LedgerError)

    public var description: String {
        switch self {
        case .failed(let task, let error): "the ledger's \(task.rawValue) failed: \(error)"
        case .recovered(let charges): "refunded \(charges.count) charges of processes that died"
        case .stopped(let error): "the ledger has stopped: \(error)"
        }
    }
}
