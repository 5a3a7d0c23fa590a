extension Inbox {
    /// What became of an event.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Receipt: Sendable, Hashable {
        /// Acted on: the purchases that it changed.
        case done([Purchase.Change])
        /// It was acted on before.
        case repeated
        /// It is of no purchase on record: noted by its id and type, without its body. It waits for nobody.
        case notOurs
        /// Kept for a person to look at: the reason.
        case flagged(String)
        /// Stored, but acting on it failed for now; it is tried again at the time.
        case postponed(String, until: Timestamp)
    }
}

extension Inbox.Receipt: CustomStringConvertible {
    /// A few words, such as `not ours`.
    public var description: String {
        switch self {
        case .done: "done"
        case .repeated: "seen before"
        case .notOurs: "not ours"
        case .flagged(let reason): "a person must look at it, \(reason)"
        case .postponed(let reason, let time): "tried again at \(time), \(reason)"
        }
    }
}
