/// What a gate decided or did, for servers to log and count.
public enum GateEvent: Sendable {
    /// The call is let through: its credits are taken.
    case allowed(Charge)
    /// The call is not let through; nothing was taken.
    case refused(Refusal)
    /// The call succeeded: its credits are spent.
    case settled(Charge)
    /// The call failed: its credits are back.
    case refunded(Charge, RefundReason)
    /// The ledger could not close the charge just now. It is tried again until it can, and told then; only if the
    /// process ends before, the charge stays held.
    case leftOpen(Charge, LedgerError)
    /// Somebody else closed the charge first.
    case closedElsewhere(Charge)
}
