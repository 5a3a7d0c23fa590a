/// The refusal of a call, with the stored answer of an earlier call under its key, if there is one.
struct Denial: Error {
    let reason: Refusal.Reason
    var earlier: (charge: ChargeID, answer: [UInt8])?

    init(_ reason: Refusal.Reason) {
        self.reason = reason
    }

    /// - Parameter limits: the limits of the call, by one of which it may have been refused.
    init(_ refusal: ChargeRefusal, _ policy: Policy, limits: [Policy.Limit] = []) {
        reason = Refusal.Reason(refusal, limits: limits, packs: policy.packs)
        if case .keyUsed(let charge, _, sameRequest: true, let answer?) = refusal { earlier = (charge, answer) }
    }
}
