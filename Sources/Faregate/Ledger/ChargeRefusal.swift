/// Why a ledger refused, in the order in which the reasons are looked at.
package enum ChargeRefusal: Sendable, Hashable {
    case suspended
    /// The price assumed another plan than the one that the account is on, nil for none: it has to be found anew.
    case plan(String?)
    /// The key was used before, by this charge. `result` is what its settlement left for repeats.
    case keyUsed(ChargeID, state: ChargeState, sameRequest: Bool, result: [UInt8]? = nil)
    /// A limit would be exceeded. Where several would be, the one that takes longest to pass. `retryAt` is nil where
    /// waiting never helps, because the call alone adds more than `max`.
    case limit(name: String, max: Int64, used: Int64, retryAt: Timestamp?)
    /// The account has fewer credits than the call costs; new ones would pay what it owes first.
    case credits(required: Credits, available: Credits, debt: Credits = 0)
}
