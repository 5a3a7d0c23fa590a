extension Ledger {
    /// The account's purchases, latest first.
    ///
    /// - Parameters:
    ///   - account: who bought.
    ///   - count: how many at most, 1 to 1000.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func purchases(of account: AccountID, count: Int = 50) async throws(LedgerError) -> [Purchase.Record] {
        try await purchaseBackend.purchases(.account(account, count: count))
    }

    /// A purchase; nil where there is none of this id.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func purchase(_ id: Purchase.ID) async throws(LedgerError) -> Purchase.Record? {
        try await purchaseBackend.purchases(.one(id)).first
    }

    /// The purchases that a person should look at, latest first: their ``Purchase/Position/flags`` say why.
    ///
    /// - Parameter count: how many at most, 1 to 1000.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func flaggedPurchases(count: Int = 50) async throws(LedgerError) -> [Purchase.Record] {
        try await purchaseBackend.purchases(.flagged(count: count))
    }

    /// The events that payment providers sent, latest first.
    ///
    /// - Parameters:
    ///   - state: only events in this state; nil for all that are ours.
    ///   - count: how many at most, 1 to 1000.
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func inbox(_ state: Inbox.State? = nil, count: Int = 50) async throws(LedgerError) -> [Inbox.Entry] {
        try await purchaseBackend.inbox(.state(state, count: count))
    }

    /// An event that a payment provider sent; nil where it is not on record.
    ///
    /// - Throws: ``LedgerError`` when the ledger is out of reach.
    public func inboxEntry(_ id: Inbox.Event.ID) async throws(LedgerError) -> Inbox.Entry? {
        try await purchaseBackend.inbox(.one(id)).first
    }
}
