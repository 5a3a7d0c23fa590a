extension Inbox {
    /// The result of receiving an event.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Receipt: Sendable, Hashable {
        /// The event was acted on, with these changes of purchases.
        case done([Purchase.Change])
        /// The event was already acted on.
        case repeated
        /// The event belongs to no recorded purchase. Its id, its type and its facts are kept for a while,
        /// without its body; nobody needs to act.
        case notOurs
        /// Stored for a person to check, with the reason.
        case flagged(String)
        /// Stored, but acting on it failed; it is retried at the given time.
        case postponed(String, until: Timestamp)
    }
}

extension Inbox.Receipt: CustomStringConvertible {
    /// A few words, such as `not ours`.
    public var description: String {
        switch self {
        case .done: "done"
        case .repeated: "already handled"
        case .notOurs: "not ours"
        case .flagged(let reason): "a person must check it: \(reason)"
        case .postponed(let reason, let time): "will be retried at \(time): \(reason)"
        }
    }
}
