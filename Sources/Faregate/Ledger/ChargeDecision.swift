/// What a ledger answers to a request to charge.
package enum ChargeDecision: Sendable, Hashable {
    /// The credits are taken. `spendable` is what the account has left, told only where it is less than the request's
    /// ``ChargeTerms/lowBalance``; `exceeded` names the limits in shadow mode that would have refused.
    case held(ChargeID, spendable: Credits? = nil, exceeded: [String] = [])
    /// Nothing was taken, nothing was counted.
    case refused(ChargeRefusal)
}
