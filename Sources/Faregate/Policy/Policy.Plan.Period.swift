extension Policy.Plan {
    /// One period of a recurring grant.
    public struct Period: Hashable, Sendable {
        /// From 0: the one that begins with the anchor.
        public let number: Int
        /// From its first millisecond up to the next one's first.
        public let range: Range<Timestamp>

        public init(number: Int, range: Range<Timestamp>) {
            self.number = number
            self.range = range
        }
    }
}
