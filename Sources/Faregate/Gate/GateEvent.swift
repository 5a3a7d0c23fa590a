/// A decision or action of a gate, for logs and metrics.
///
/// Every event has the same parts, so that a metrics adapter needs no `switch`:
///
/// ```swift
/// Counter(label: "gate", dimensions: [("event", "\(event.name)"), ("action", event.action ?? "")]).increment()
/// Counter(label: "credits", dimensions: [("event", "\(event.name)")]).increment(by: event.credits.rawValue)
/// logger.info("\(event)")
/// ```
public struct GateEvent: Sendable {
    public let name: Name
    /// The action's name in the policy files; nil if the event isn't about a call.
    public let action: String?
    public let account: AccountID?
    /// The person who acts within the account, if the caller named one.
    public let member: MemberID?
    /// The credits, 0 or more. ``Name`` says what they mean for each event.
    public let credits: Credits
    /// The charge; nil if nothing was charged.
    public let call: ChargeID?
    /// The line of the policy that set the price; nil if no price was found.
    public let rule: Policy.Location?
    /// The reason in a few words: why a call was refunded, which limits would have refused, which plan is missing.
    public let reason: String?
    /// The error, if any: a ``Refusal``, a ``LedgerError``, the reason why a call can't be charged, or, for a repeat,
    /// the error of the earlier call.
    public let error: (any Error)?

    /// Why the call was refused; nil for every other event.
    public var refusal: Refusal? { error as? Refusal }
}
