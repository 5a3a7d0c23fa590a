public import Faregate

extension ProviderKit {
    /// What a provider tells of a time.
    public struct History: Sendable, Hashable {
        public var events: [Purchase.Event]
        /// What it lists and nobody can read. The rest is told all the same.
        public var unreadable: [ProviderKit.UnreadableObject]

        public init(events: [Purchase.Event] = [], unreadable: [ProviderKit.UnreadableObject] = []) {
            self.events = events
            self.unreadable = unreadable
        }
    }
}
