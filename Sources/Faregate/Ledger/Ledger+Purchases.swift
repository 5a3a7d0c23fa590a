extension Ledger {
    /// Returns the account's purchases, latest first.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - count: the most to return, 1 to 1000.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func purchases(of account: AccountID, count: Int = 50) async throws(LedgerError) -> [Purchase.Record] {
        try await purchaseBackend.purchases(.account(account, count: count))
    }

    /// Returns a purchase; nil if there is none with this id.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func purchase(_ id: Purchase.ID) async throws(LedgerError) -> Purchase.Record? {
        try await purchaseBackend.purchases(.one(id)).first
    }

    /// Returns the purchases that a person should check, latest first: their ``Purchase/Position/flags`` say why.
    ///
    /// - Parameter count: the most to return, 1 to 1000.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func flaggedPurchases(count: Int = 50) async throws(LedgerError) -> [Purchase.Record] {
        try await purchaseBackend.purchases(.flagged(count: count))
    }

    /// Returns the events from payment providers, latest first.
    ///
    /// - Parameters:
    ///   - state: only events in this state; nil for all events, also those that are not about purchases of this
    ///     ledger.
    ///   - count: the most to return, 1 to 1000.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func inbox(_ state: Inbox.State? = nil, count: Int = 50) async throws(LedgerError) -> [Inbox.Entry] {
        try await purchaseBackend.inbox(.state(state, count: count))
    }

    /// Returns an event from a payment provider; nil if it isn't recorded.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func inboxEntry(_ id: Inbox.Event.ID) async throws(LedgerError) -> Inbox.Entry? {
        try await purchaseBackend.inbox(.one(id)).first
    }
}
