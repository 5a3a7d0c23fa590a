import Faregate

extension Payments {
    private static let shortestPause = Duration.milliseconds(1)
    private static let longestPause = Duration.seconds(60)
    /// How far back the first question to a provider goes: Stripe tries to deliver a webhook for three days.
    private static let firstLookBack = Duration.seconds(3 * 24 * 3600)
    /// A provider that could not be asked is asked again so soon.
    private static let failurePause = Duration.seconds(600)
    /// What happens while a provider is asked is asked for again.
    private static let overlap = Duration.seconds(3600)

    /// Looks after purchases until the task is cancelled: start it beside the server, once in each process.
    ///
    /// It acts on webhooks that could not be acted on when they came, and asks every provider at intervals what was missed,
    /// first when it starts. What it finds is learned as a webhook would be, and told to the observer. It decides nothing:
    /// purchases that a restored ledger has lost wait for `faregate reconcile`.
    ///
    /// - Parameters:
    ///   - pause: between two looks into the inbox, a millisecond or more. While the ledger fails, pauses double, up to a
    ///     minute.
    ///   - interval: between two questions to a provider, a millisecond or more; nil: never. By default 6 hours.
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
                // Without a key to ask with, say: it is told once, and stays so until the server is started anew.
                if case .provider(.misconfigured) = error { return }
                pause = min(usualPause, Payments.failurePause)
            }
            guard await sleeps(for: pause) else { return }
        }
    }

    /// - Returns: false when the task was cancelled meanwhile.
    private func sleeps(for pause: Duration) async -> Bool {
        do {
            try await clock.sleep(for: pause)
            return true
        } catch {
            return false
        }
    }
}
