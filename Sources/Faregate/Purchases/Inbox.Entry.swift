extension Inbox {
    /// An event in the inbox.
    package struct Entry: Sendable, Hashable {
        package let event: Event
        package let state: State
        package let note: String?
        /// How often the provider has sent it.
        package let deliveries: Int
        package let attempts: Int
        package let receivedAt: Timestamp
        /// Nil when it will not be tried again by itself.
        package let retryAt: Timestamp?

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
