/// Why a ledger refused a charge, in order of precedence.
package enum ChargeRefusal: Sendable, Hashable {
    case suspended
    /// The price assumed another plan. The value is the account's plan, nil for none; the call must be quoted again.
    case plan(String?)
    /// The key was used by an earlier charge, the one given here. `result` is the stored answer for repeats.
    case keyUsed(ChargeID, state: ChargeState, sameRequest: Bool, result: [UInt8]? = nil)
    /// A limit would be exceeded; if several would be, the one with the longest wait. `retryAt` is nil if waiting can't
    /// help, because the call alone adds more than `max`.
    case limit(name: String, max: Int64, used: Int64, retryAt: Timestamp?)
    /// The credits that can pay for the call are fewer than its cost. `reserved` are the credits that pay only for
    /// other actions. New credits would pay the account's debt first.
    case credits(required: Credits, available: Credits, debt: Credits = 0, reserved: Credits = 0)

    /// Whether an earlier call used the key.
    var isKeyUsed: Bool {
        if case .keyUsed = self { true } else { false }
    }
}
