/// What a gate decided or did, for servers to log and count.
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
    /// As the policy files name it; nil where the event belongs to no call.
    public let action: String?
    public let account: AccountID?
    /// Who acts within the account, where the caller said so.
    public let member: MemberID?
    /// How many credits; 0 where the event is about none. Each name says what they are.
    public let credits: Credits
    /// The charge; nil where nothing was charged.
    public let call: ChargeID?
    /// The line of the policy that set the price; nil where no price was found.
    public let rule: Policy.Location?
    /// Why, in a few words: the reason of a refund, the limits that would have refused, the plan that is missing.
    public let reason: String?
    /// What went wrong: a ``Refusal``, a ``LedgerError``, or what a call threw that was repeated.
    public let error: (any Error)?

    /// Why the call was refused; nil for every other event.
    public var refusal: Refusal? { error as? Refusal }
}
