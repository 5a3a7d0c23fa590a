package import Faregate

extension SQLLedger {
    /// A quarter of a lease, so that one missed heartbeat doesn't lose the lease.
    package static var housekeepingMilliseconds: Int64 { 15_000 }

    /// Renews this process's lease, refunds charges whose answers were lost and the holds of dead processes, and deletes
    /// outdated rows. A step that fails runs again the next time.
    package func performHousekeeping(at now: Timestamp) async {
        let isRenewed = await reportingFailure(of: .heartbeat) { () throws(LedgerError) in
            try await heartbeat(at: now)
        }
        await reportingFailure(of: .recovery) { () throws(LedgerError) in try await refundUnanswered(at: now) }
        if recoveryPause.allowsRecovery(isRenewed: isRenewed, at: now) {
            await reportingFailure(of: .recovery) { () throws(LedgerError) in
                let recovered = try await recover(at: now)
                if !recovered.isEmpty { report(.recovered(recovered)) }
            }
        }
        await reportingFailure(of: .pruning) { () throws(LedgerError) in try await prune(at: now) }
        await writeRefusals()
    }

    /// How long a refusal waits to be written together with others.
    private static var refusalMilliseconds: Int64 { 1000 }

    /// Writes refusals about a second after they happened, until the task is cancelled. It does not retain the ledger
    /// while it waits. If a write fails, housekeeping tries again.
    package func writeRefusals(by clock: any WallClock) -> Task<Void, Never> {
        Task { [weak self, arrivals = refusals.arrivals] in
            for await _ in arrivals {
                do { try await clock.sleep(milliseconds: Self.refusalMilliseconds) } catch { return }
                guard await self?.writeRefusals() != nil else { return }
            }
        }
    }

    private func writeRefusals() async {
        await reportingFailure(of: .refusals) { () throws(LedgerError) in
            let waiting = refusals.waiting
            guard !waiting.isEmpty else { return }
            try await write(.ledger) { books throws(SQLError) in try books.write(waiting) }
            refusals.remove(waiting)
        }
    }

    /// - Returns: whether the work succeeded.
    @discardableResult
    private func reportingFailure(
        of task: Ledger.Event.Task, _ work: () async throws(LedgerError) -> Void
    ) async -> Bool {
        do throws(LedgerError) {
            try await work()
            return true
        } catch {
            if error.code != .closed { report(.failed(task, error)) }
            return false
        }
    }

    /// Deletes outdated rows in small steps, so that calls run in between.
    ///
    /// It continues until none is left, so that outdated rows never accumulate.
    private func prune(at now: Timestamp) async throws(LedgerError) {
        try await repeatedly(.ledger) { books throws(SQLError) in try books.pruneKeys(at: now) }
        try await repeatedly { books throws(SQLError) in try books.emptyBodies(at: now) }
        try await repeatedly { books throws(SQLError) in try books.deleteForeignEvents(at: now) }
        try await repeatedly(.purchases, Books.orderStep) { books throws(SQLError) in
            try books.deleteUnknownOrders(at: now)
        }
        try await repeatedly(.purchases, Books.orderStep) { books throws(SQLError) in
            try books.deleteUnpaidPurchases(at: now)
        }
        try await write(.ledger) { books throws(SQLError) in try books.dropHolders(at: now) }
        try await pruneCounters(at: now)
        try await pruneOwnTables()
    }

    private func repeatedly(
        _ subject: WriteSubject = .purchases, _ count: Int = Books.pruningStep,
        _ step: @escaping @Sendable (Books) throws(SQLError) -> Int
    ) async throws(LedgerError) {
        var renewedAt = clock?.now
        while try await write(subject, step) == count { try await renewLease(since: &renewedAt) }
    }

    /// Visits all counters, to find windows that have ended and hits that have left their windows.
    private func pruneCounters(at now: Timestamp) async throws(LedgerError) {
        var renewedAt = clock?.now
        var next: Counter? = Counter.first
        while let counter = next {
            next = try await write(.ledger) { books throws(SQLError) in try books.pruneCounters(from: counter, at: now)
            }
            try await renewLease(since: &renewedAt)
        }
    }
}
