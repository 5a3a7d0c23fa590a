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
    /// The ledger could not close the charge. It stays held until its deadline, then recovery refunds it.
    case leftOpen(Charge, LedgerError)
    /// Somebody else closed the charge first.
    case closedElsewhere(Charge)

    init(closing charge: Charge, as event: GateEvent, _ result: Result<Bool, LedgerError>) {
        switch result {
        case .success(true): self = event
        case .success(false): self = .closedElsewhere(charge)
        case .failure(let error): self = .leftOpen(charge, error)
        }
    }
}
