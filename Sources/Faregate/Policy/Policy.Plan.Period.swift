extension Policy.Plan {
    /// One period of a recurring grant.
    package struct Period: Hashable, Sendable {
        /// From 0: the one that begins with the anchor.
        package let number: Int
        /// From its first millisecond up to the next one's first.
        package let range: Range<Timestamp>

        package init(number: Int, range: Range<Timestamp>) {
            self.number = number
            self.range = range
        }
    }
}
