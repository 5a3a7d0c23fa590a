extension Purchase {
    /// How long ledgers store data that the journal doesn't need, in milliseconds.
    package enum Retention {
        private static let day: Int64 = 24 * 60 * 60 * 1000

        /// The bodies of events, counted from when they were acted on, or from when they were received if they are
        /// flagged. The events themselves and the facts from them stay.
        package static let bodyMilliseconds = 90 * day
        /// Orders without a purchase and their events, counted from the latest event.
        package static let notOursMilliseconds = 90 * day
        /// Unpaid purchases, counted from when their checkout was opened.
        package static let unpaidMilliseconds = 30 * day
    }
}
