/// How long ledgers keep what nobody needs for the books. In milliseconds.
public enum PurchaseRetention {
    private static let day: Int64 = 24 * 60 * 60 * 1000

    /// The bodies of events that were acted on, from that time on; those of flagged events, from when they came. The events
    /// themselves stay, and so do the facts that were read from them.
    public static let bodyMilliseconds = 90 * day
    /// What is not ours: orders without a purchase and events of theirs, since they were last heard of.
    public static let notOursMilliseconds = 90 * day
    /// Purchases that nobody paid, since their checkout was opened.
    public static let unpaidMilliseconds = 30 * day
}

/// How many checkouts an account may have open at once.
public enum OpenCheckoutLimit {
    public static let perAccount = 20
    /// How long a checkout counts as open whose provider doesn't tell when it closes: 24 hours.
    public static let openMilliseconds: Int64 = 24 * 60 * 60 * 1000
    /// How long a purchase counts as open that has no checkout: its provider may have opened one all the same, and the
    /// answer got lost. 10 minutes, so that a provider that is out of order locks no customer out.
    public static let openingMilliseconds: Int64 = 10 * 60 * 1000

    /// What a ledger answers to one more.
    package static func error(until moment: Timestamp) -> LedgerError {
        LedgerError(
            .tooManyOpen,
            "the account has \(perAccount) checkouts open that nobody has paid; the next one closes at \(moment)",
            retryAt: moment
        )
    }
}
