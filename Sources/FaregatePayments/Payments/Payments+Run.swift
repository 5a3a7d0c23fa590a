import Faregate

extension Payments {
    private static let shortestPause = Duration.milliseconds(1)
    private static let longestPause = Duration.seconds(60)
    /// How far back the first reconcile goes: Stripe tries to deliver a webhook for three days.
    private static let firstLookBack = Duration.seconds(3 * 24 * 3600)
    /// The wait before a provider is asked again after a failure.
    private static let failurePause = Duration.seconds(600)
    /// How much each reconcile overlaps the one before, to include events that happened during it.
    private static let overlap = Duration.seconds(3600)

    /// Looks after purchases until the task is cancelled. Start it beside the server, once in each process.
    ///
    /// It retries webhooks that failed when they were received. At the start and then at intervals, it asks every
    /// provider for events that were missed. It records and reports what it finds, as a webhook would. It decides
    /// nothing: purchases that a restored ledger has lost wait for `faregate reconcile`.
    ///
    /// - Parameters:
    ///   - pause: the time between two looks into the inbox, a millisecond or more. While the ledger fails, the pause
    ///     doubles each time, up to a minute.
    ///   - interval: the time between two reconciles of a provider, a millisecond or more; nil: never. By default 6
    ///     hours.
    public func run(pause: Duration = .seconds(5), reconcileEvery interval: Duration? = .seconds(6 * 3600)) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await retry(usualPause: max(Payments.shortestPause, pause)) }
            guard let interval else { return }
            for provider in providers.keys {
                group.addTask { await reconcile(provider, usualPause: max(Payments.shortestPause, interval)) }
            }
        }
    }

    private func retry(usualPause: Duration) async {
        var pause = usualPause
        while !Task.isCancelled {
            var isBusy = false
            do throws(LedgerError) {
                isBusy = try await retryDue() == Payments.batchCount
                pause = usualPause
            } catch {
                observer(.notRetried(error))
                pause = min(pause * 2, max(Payments.longestPause, usualPause))
            }
            if isBusy { continue }
            guard await sleeps(for: pause) else { return }
        }
    }

    private func reconcile(_ provider: String, usualPause: Duration) async {
        var since = clock.now.advanced(by: .zero - Payments.firstLookBack)
        while !Task.isCancelled {
            let now = clock.now
            var pause = usualPause
            do throws(Payments.Failure) {
                observer(.reconciled(try await reconcile(provider: provider, since: since, isRehearsal: false)))
                since = now.advanced(by: .zero - Payments.overlap)
            } catch .provider(.cancelled) {
                return
            } catch {
                observer(.notReconciled(provider: provider, error))
                // A missing key, for example, is reported once, because only a restart can fix it.
                if case .provider(.misconfigured) = error { return }
                pause = min(usualPause, Payments.failurePause)
            }
            guard await sleeps(for: pause) else { return }
        }
    }

    /// - Returns: false if the task was cancelled during the pause.
    private func sleeps(for pause: Duration) async -> Bool {
        do {
            try await clock.sleep(for: pause)
            return true
        } catch {
            return false
        }
    }
}
