public import Faregate

extension Payments {
    /// Records a person's decision about a purchase that waits for one, and notifies the observer.
    ///
    /// - Parameters:
    ///   - decision: approves the payment, or sets how much of the payment a refund or a dispute took back.
    ///   - purchase: our id of the purchase.
    ///   - note: who decides, and why.
    /// - Returns: nil if there is no such purchase. `before` and `after` are equal if nothing waited for a decision.
    /// - Throws: `LedgerError` with `forbidden` for an amount that doesn't fit the payment.
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
