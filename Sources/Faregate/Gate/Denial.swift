/// The refusal of a call, with the stored answer of an earlier call under its key, if there is one.
struct Denial: Error {
    let reason: Refusal.Reason
    var earlier: (charge: ChargeID, answer: [UInt8])?

    init(_ reason: Refusal.Reason) {
        self.reason = reason
    }

    /// - Parameter quote: the quote of the call; nil for a call that the policy can't price.
    init(_ refusal: ChargeRefusal, _ policy: Policy, _ quote: Quote? = nil) {
        reason = Refusal.Reason(refusal, quote, packs: policy.packs)
        if case .keyUsed(let charge, _, sameRequest: true, let answer?) = refusal { earlier = (charge, answer) }
    }
}
