/// A ledger's answer to a charge request.
package enum ChargeDecision: Sendable, Hashable {
    /// The credits are taken. `spendable` is what the account has left if that is below the request's
    /// ``ChargeTerms/lowBalance``, otherwise nil. `exceeded` names the limits in shadow mode that would have refused
    /// the call.
    case held(ChargeID, spendable: Credits? = nil, exceeded: [String] = [])
    /// Nothing was taken and nothing was counted.
    case refused(ChargeRefusal)
}
