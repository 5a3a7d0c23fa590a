extension Ledger {
    /// Returns the calls that hold credits, oldest first, at most 10,000.
    ///
    /// - Parameter now: the present moment.
    /// - Throws: ``LedgerError`` when the ledger can't be read.
    public func openCharges(at now: Timestamp = SystemClock().now) async throws(LedgerError) -> [Ledger.OpenCharge] {
        try await backend.openCharges(at: now)
    }

    /// Refunds the calls of processes that died. An open ledger does this by itself every 15 seconds.
    ///
    /// - Parameter now: the present moment. A charge is refunded if the lease of its process
    ///   (``Ledger/OpenCharge/deadline``) ended before this moment.
    /// - Returns: the calls that were refunded.
    /// - Throws: ``LedgerError`` when the ledger can't be written.
    public func recover(at now: Timestamp = SystemClock().now) async throws(LedgerError) -> [Ledger.OpenCharge] {
        try await backend.recover(at: now)
    }
}
