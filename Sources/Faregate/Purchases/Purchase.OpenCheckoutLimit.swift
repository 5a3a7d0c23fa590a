extension Purchase {
    /// Limits the open checkouts of an account.
    package enum OpenCheckoutLimit {
        package static let perAccount = 20
        /// How long a checkout without a known expiry counts as open: 24 hours.
        package static let openMilliseconds: Int64 = 24 * 60 * 60 * 1000
        /// How long a purchase without a checkout counts as open, because its provider may have opened one although the
        /// answer was lost: 10 minutes, so that an outage of the provider doesn't lock customers out for long.
        package static let openingMilliseconds: Int64 = 10 * 60 * 1000

        /// Returns the error for an account that has reached the limit.
        package static func error(until moment: Timestamp) -> LedgerError {
            LedgerError(
                .tooManyOpen,
                "the account has \(perAccount) unpaid checkouts open; the first of them expires at \(moment)",
                retryAt: moment
            )
        }
    }
}
