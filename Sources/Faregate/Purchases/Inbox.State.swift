extension Inbox {
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case pending, done, flagged
        /// The event belongs to no recorded purchase, for example because another business sells through the same
        /// account at the provider.
        case notOurs = "not ours"
    }
}
