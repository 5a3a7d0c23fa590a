public import Faregate

extension ProviderKit {
    /// An event whose signature was verified, and its content.
    public struct VerifiedEvent: Sendable, Hashable {
        public let event: Inbox.Event
        public let reading: Inbox.Reading

        public init(event: Inbox.Event, reading: Inbox.Reading) {
            self.event = event
            self.reading = reading
        }
    }
}
