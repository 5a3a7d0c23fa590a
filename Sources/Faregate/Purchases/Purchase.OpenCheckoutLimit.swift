extension Purchase {
    /// How many checkouts an account may have open at once.
    package enum OpenCheckoutLimit {
        package static let perAccount = 20
        /// How long a checkout counts as open whose provider doesn't tell when it closes: 24 hours.
        package static let openMilliseconds: Int64 = 24 * 60 * 60 * 1000
        /// How long a purchase counts as open that has no checkout: its provider may have opened one all the same, and the
        /// answer got lost. 10 minutes, so that a provider that is out of order locks no customer out.
        package static let openingMilliseconds: Int64 = 10 * 60 * 1000

        /// What a ledger answers to one more.
        package static func error(until moment: Timestamp) -> LedgerError {
            LedgerError(
                .tooManyOpen,
                "the account has \(perAccount) checkouts open that nobody has paid; the next one closes at \(moment)",
                retryAt: moment
            )
        }
    }
}
