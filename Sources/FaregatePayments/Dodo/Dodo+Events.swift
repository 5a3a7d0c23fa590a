public import Faregate

extension Dodo {
    /// How long before the requested time each list begins. Dodo lists objects by their creation time and not by their
    /// last change: a payment is made while its checkout is open, but a refund can take weeks and a dispute months.
    /// Recording a fact twice changes nothing. Payments that are pending for longer are already recorded, and are
    /// looked up one by one.
    static let paymentLookBackMilliseconds: Int64 = 2 * 86_400_000
    static let refundLookBackMilliseconds: Int64 = 30 * 86_400_000
    static let disputeLookBackMilliseconds: Int64 = 200 * 86_400_000

    /// How far this server's clock may be behind Dodo's.
    static let clockSkewMilliseconds: Int64 = 3_600_000

    /// Returns all payments, refunds and disputes since the time, in no particular order, each once.
    ///
    /// Dodo's lists leave out a payment's tax, so each payment of one of our checkouts is looked up by itself. At four
    /// requests a second, 10,000 payments take about forty minutes. Expired checkouts are not listed.
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
