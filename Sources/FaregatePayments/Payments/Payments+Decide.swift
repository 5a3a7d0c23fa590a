public import Faregate

extension Payments {
    /// Records what a person decides of a purchase that waits for it, and tells the observer.
    ///
    /// - Parameters:
    ///   - decision: lets the payment count, or says how much a refund or a dispute took.
    ///   - purchase: our id of it.
    ///   - note: who decides, and why.
    /// - Returns: nil when there is no such purchase; `before` and `after` are the same when nothing waited for it.
    /// - Throws: `LedgerError` with `forbidden` for an amount that isn't of the payment.
    public func decide(
        _ decision: Purchase.Decision,
        of purchase: Purchase.ID,
        _ note: Ledger.Note
    ) async throws(LedgerError) -> Purchase.Change? {
        let change = try await ledger.decide(decision, of: purchase, note, at: clock.now)
        if let change, change.before != change.after { report([change], .decision(note)) }
        return change
    }
}
