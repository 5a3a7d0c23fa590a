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
    /// process ends before, the charge stays held until `LedgerBackend.recover` gives it back.
    case leftOpen(Charge, LedgerError)
    /// Somebody else closed the charge first.
    case closedElsewhere(Charge)
    /// The charge had been taken for abandoned and refunded; now it was charged again.
    case settledLate(Charge)
    /// The call cost more than the account had, and it owes so much more now.
    case owed(Charge, Credits)
    /// The call cost more than the account had, and so much of it nobody pays.
    case short(Charge, Credits)
    /// The account has less than the policy's `lowBalance` now, and had not before: so much.
    case lowBalance(AccountID, Credits)
    /// An account was seen that is on a plan of this name, and the policy has none: it receives nothing until the policy has
    /// the plan again, or names it in the `was` of another. Told once for each name; `faregate check --database` lists the
    /// accounts.
    case missingPlan(String)
    /// Limits in shadow mode that would have refused the call, by name.
    case shadowed(Charge, limits: [String])
    /// The ledger is out of reach, and the action's outage rule lets the call through; it is charged later.
    case letThrough(Charge, LedgerError)
    /// The call was let through and succeeded, and can't be charged any more: nobody pays for it.
    case unpaid(Charge, Unpaid)
}
