import Faregate

extension Payments {
    private static let longestPauseMilliseconds: Int64 = 60_000
    /// How far back the first question to a provider goes: Stripe tries to deliver a webhook for three days.
    private static let firstLookBackMilliseconds: Int64 = 3 * 24 * 3_600_000
    /// A provider that could not be asked is asked again so soon.
    private static let failurePauseMilliseconds: Int64 = 600_000
    /// What happens while a provider is asked is asked for again.
    private static let overlapMilliseconds: Int64 = 3_600_000

    /// Looks after purchases until the task is cancelled: start it beside the server, once in each process.
    ///
    /// It acts on webhooks that could not be acted on when they came, and asks every provider at intervals what was missed,
    /// first when it starts. What it finds is learned as a webhook would be, and told to the observer. It decides nothing:
    /// purchases that a restored ledger has lost wait for `faregate reconcile`.
    ///
    /// - Parameters:
    ///   - pauseMilliseconds: between two looks into the inbox, 1 or more. While the ledger fails, pauses double, up to a
    ///     minute.
    ///   - reconcileMilliseconds: between two questions to a provider, 1 or more; nil: never. By default 6 hours.
    public func run(pauseMilliseconds: Int64 = 5000, reconcileMilliseconds: Int64? = 6 * 3_600_000) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await retry(pauseMilliseconds: max(1, pauseMilliseconds)) }
            guard let reconcileMilliseconds else { return }
            for provider in providers.keys {
                group.addTask { await reconcile(provider, pauseMilliseconds: max(1, reconcileMilliseconds)) }
            }
        }
    }

    private func retry(pauseMilliseconds: Int64) async {
        var pause = pauseMilliseconds
        while !Task.isCancelled {
            var isBusy = false
            do throws(LedgerError) {
                isBusy = try await retryDue() == Payments.batchCount
                pause = pauseMilliseconds
            } catch {
                observer(.notRetried(error))
                pause = min(pause * 2, max(Payments.longestPauseMilliseconds, pauseMilliseconds))
            }
            if isBusy { continue }
            guard await sleeps(milliseconds: pause) else { return }
        }
    }

    private func reconcile(_ provider: String, pauseMilliseconds: Int64) async {
        var since = clock.now.advanced(byMilliseconds: -Payments.firstLookBackMilliseconds)
        while !Task.isCancelled {
            let now = clock.now
            var pause = pauseMilliseconds
            do throws(PaymentsError) {
                observer(.reconciled(try await reconcile(provider: provider, since: since, isRehearsal: false)))
                since = now.advanced(byMilliseconds: -Payments.overlapMilliseconds)
            } catch .provider(.cancelled) {
                return
            } catch {
                observer(.notReconciled(provider: provider, error))
                // Without a key to ask with, say: it is told once, and stays so until the server is started anew.
                if case .provider(.misconfigured) = error { return }
                pause = min(pauseMilliseconds, Payments.failurePauseMilliseconds)
            }
            guard await sleeps(milliseconds: pause) else { return }
        }
    }

    /// - Returns: false when the task was cancelled meanwhile.
    private func sleeps(milliseconds: Int64) async -> Bool {
        do {
            try await clock.sleep(milliseconds: milliseconds)
            return true
        } catch {
            return false
        }
    }
}
