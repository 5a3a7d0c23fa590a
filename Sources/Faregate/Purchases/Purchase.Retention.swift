extension Purchase {
    /// How long ledgers keep what nobody needs for the books. In milliseconds.
    package enum Retention {
        private static let day: Int64 = 24 * 60 * 60 * 1000

        /// The bodies of events that were acted on, from that time on; those of flagged events, from when they came. The events
        /// themselves stay, and so do the facts that were read from them.
        package static let bodyMilliseconds = 90 * day
        /// What is not ours: orders without a purchase and events of theirs, since they were last heard of.
        package static let notOursMilliseconds = 90 * day
        /// Purchases that nobody paid, since their checkout was opened.
        package static let unpaidMilliseconds = 30 * day
    }
}
