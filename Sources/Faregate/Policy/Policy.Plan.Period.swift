extension Policy.Plan {
    /// One period of a recurring grant.
    package struct Period: Hashable, Sendable {
        /// From 0, for the period that begins at the anchor.
        package let number: Int
        /// From the period's first millisecond up to the next period's first.
        package let range: Range<Timestamp>

        package init(number: Int, range: Range<Timestamp>) {
            self.number = number
            self.range = range
        }
    }
}
