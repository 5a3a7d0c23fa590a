public import Faregate

extension Dodo {
    /// Dodo lists objects by when they were made, not by when something happened to them. So lists begin that long
    /// before the time that is asked for: a payment is made while its checkout is open, but refunds take weeks, and
    /// disputes months. What is told anew changes nothing. Payments that are on their way for longer are known, and are
    /// to be looked up one by one.
    static let paymentLookBackMilliseconds: Int64 = 2 * 86_400_000
    static let refundLookBackMilliseconds: Int64 = 30 * 86_400_000
    static let disputeLookBackMilliseconds: Int64 = 200 * 86_400_000

    /// How far this server's clock may be behind Dodo's.
    static let clockSkewMilliseconds: Int64 = 3_600_000

    /// All payments, refunds and disputes since then, in no order, each once.
    ///
    /// Lists leave out what a payment's tax was, so each payment of a checkout of ours is asked for by itself. At four
    /// requests a second that takes its time: forty minutes for some 10,000 payments. Expired checkouts are not listed.
    ///
    public func history(
        since: Timestamp,
        progress: @Sendable (_ seen: Int) -> Void
    ) async throws(ProviderKit.Failure) -> ProviderKit.History {
        var listing = try DodoListing(dodo: self)
        let until = clock.now.advanced(byMilliseconds: Dodo.clockSkewMilliseconds)

        func span(_ lookBackMilliseconds: Int64) -> DodoListing.Span {
            let epoch = Timestamp(rawValue: 0)
            return DodoListing.Span(from: max(since, epoch).advanced(byMilliseconds: -lookBackMilliseconds), to: until)
        }
        try await listing.addPayments(span(Dodo.paymentLookBackMilliseconds), progress)
        try await listing.addRefunds(span(Dodo.refundLookBackMilliseconds), progress)
        try await listing.addDisputes(span(Dodo.disputeLookBackMilliseconds), progress)
        return listing.history
    }
}
