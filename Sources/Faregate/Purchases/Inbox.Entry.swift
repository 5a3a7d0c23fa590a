extension Inbox {
    /// An event in the inbox.
    public struct Entry: Sendable, Hashable {
        public let event: Event
        public let state: State
        public let note: String?
        /// The number of times that the provider has sent it.
        public let deliveries: Int
        public let attempts: Int
        public let receivedAt: Timestamp
        /// When the ledger tries again to act on it; nil if it doesn't try again by itself.
        public let retryAt: Timestamp?

        package init(
            event: Event,
            state: State,
            note: String?,
            deliveries: Int,
            attempts: Int,
            receivedAt: Timestamp,
            retryAt: Timestamp?
        ) {
            self.event = event
            self.state = state
            self.note = note
            self.deliveries = deliveries
            self.attempts = attempts
            self.receivedAt = receivedAt
            self.retryAt = retryAt
        }
    }
}
