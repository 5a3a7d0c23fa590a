extension Inbox {
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case pending, done, flagged
        /// Of no purchase on record, for example because another business sells through the same account at the
        /// provider.
        case notOurs = "not ours"
    }
}
