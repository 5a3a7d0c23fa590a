extension Inbox {
    /// A query for events.
    package enum Query: Sendable, Hashable {
        case one(Event.ID)
        case state(State?, count: Int)
        /// Pending events that are due for a retry.
        case due(at: Timestamp, count: Int)
    }
}
