extension Inbox.Event {
    /// A provider's event id, with the provider.
    public struct ID: Sendable, Hashable {
        public let provider: String
        public let event: String

        public init(provider: String, event: String) {
            self.provider = provider
            self.event = event
        }

        /// Compares bytes, as a ledger does.
        public static func == (left: ID, right: ID) -> Bool {
            ExactText(left.provider) == ExactText(right.provider) && ExactText(left.event) == ExactText(right.event)
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(ExactText(provider))
            hasher.combine(ExactText(event))
        }
    }
}
