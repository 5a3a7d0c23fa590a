public import Faregate

extension Payments {
    static let batchCount = 100

    /// Acts on the events that are stored and due: those that could not be acted on when they came. The ledger says when
    /// each is due again.
    ///
    /// - Returns: how many were tried, at most 100.
    @discardableResult
    public func retryDue() async throws(LedgerError) -> Int {
        let due = try await ledger.inbox(.due(at: clock.now, count: Payments.batchCount))
        for entry in due { _ = try await retry(entry.event) }
        return due.count
    }

    /// Acts on a stored event now, whether it is due or not.
    ///
    /// - Returns: nil when it isn't in the inbox.
    public func retry(_ event: Inbox.Event) async throws(LedgerError) -> Inbox.Receipt? {
        let reading = read(event)
        let receipt = try await ledger.retry(event.id, reading: reading, at: clock.now)
        if let receipt {
            observer(.retried(event.id, type: event.type, receipt))
            report(receipt, event.id)
        }
        return receipt
    }

    private func read(_ event: Inbox.Event) -> Inbox.Reading {
        guard let provider = providers[event.id.provider] else {
            return .unreadable("its payment provider is not set up here", nil)
        }
        return event.body.isEmpty ? .unreadable(Inbox.Note.bodyIsGone, nil) : provider.read(event)
    }
}
