public import Faregate

extension ProviderKit {
    /// The events that a provider returned for a period.
    public struct History: Sendable, Hashable {
        public var events: [Purchase.Event]
        /// The listed objects that can't be read. The others are in the events.
        public var unreadable: [ProviderKit.UnreadableObject]

        public init(events: [Purchase.Event] = [], unreadable: [ProviderKit.UnreadableObject] = []) {
            self.events = events
            self.unreadable = unreadable
        }
    }
}
