public import Faregate

extension Payments {
    static let batchCount = 100

    /// Retries the stored events that could not be processed when they were received and are due again. The ledger
    /// decides when an event is due.
    ///
    /// - Returns: how many events were retried, at most 100.
    @discardableResult
    public func retryDue() async throws(LedgerError) -> Int {
        let due = try await ledger.inbox(.due(at: clock.now, count: Payments.batchCount))
        for entry in due { _ = try await retry(entry.event) }
        return due.count
    }

    /// Retries a stored event now, whether it is due or not.
    ///
    /// - Returns: nil if the event isn't in the inbox.
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
            return .unreadable("its payment provider is not set up on this server", nil)
        }
        return event.body.isEmpty ? .unreadable(Inbox.Note.bodyIsGone, nil) : provider.read(event)
    }
}
