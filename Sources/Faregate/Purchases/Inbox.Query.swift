extension Inbox {
    /// Which events are asked for.
    package enum Query: Sendable, Hashable {
        case one(Event.ID)
        case state(State?, count: Int)
        /// Stored, not acted on, and due to be tried again.
        case due(at: Timestamp, count: Int)
    }
}
