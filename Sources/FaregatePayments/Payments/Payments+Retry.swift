public import Faregate

extension Payments {
    private static let batchCount = 100
    private static let longestPauseMilliseconds: Int64 = 60_000

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
    public func retry(_ event: InboxEvent) async throws(LedgerError) -> InboxReceipt? {
        let provider = providers[event.id.provider]
        let reading = provider?.read(event) ?? .unreadable("its payment provider is not set up here", nil)
        let receipt = try await ledger.retry(event.id, reading: reading, at: clock.now)
        if let receipt { observer(.retried(event.id, type: event.type, receipt)) }
        return receipt
    }

    /// Looks after what waits in the inbox until the task is cancelled: start it beside the server.
    ///
    /// - Parameter pauseMilliseconds: between two looks, 1 or more. While the ledger fails, pauses double, up to a minute.
    public func run(pauseMilliseconds: Int64 = 5000) async {
        var pause = max(1, pauseMilliseconds)
        while !Task.isCancelled {
            var isBusy = false
            do throws(LedgerError) {
                isBusy = try await retryDue() == Payments.batchCount
                pause = max(1, pauseMilliseconds)
            } catch {
                observer(.notRetried(error))
                pause = min(pause * 2, max(Payments.longestPauseMilliseconds, pauseMilliseconds))
            }
            if isBusy { continue }
            do {
                try await clock.sleep(milliseconds: pause)
            } catch {
                return
            }
        }
    }
}
