package import Faregate

extension SQLLedger {
    package func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        let facts = CallFacts(of: request)
        // PostgreSQL orders writes by subject; SQLite ignores it.
        let subject = WriteSubject.call(request, facts, at: now)
        let decision = try await write(subject) { [clock] books throws(SQLError) in
            // The statement checks the lease at `now`, when the call arrived. A job that waited more than 15 seconds
            // (behind a vacuum, say) would be checked against a lease that may have ended since, so renew it first.
            if let present = clock?.now, now.advanced(byMilliseconds: Lease.spentMilliseconds) < present {
                try books.keepLease(at: present)
            }
            return try books.charge(request, facts, at: now)
        }
        if case .held(let charge, _, _) = decision { noteHold(charge, of: request.account) }
        return decision
    }

    package func extend(
        _ charge: ChargeID, by credits: Credits, under plans: PlanBook, at now: Timestamp
    ) async throws(LedgerError) -> HoldExtension? {
        try await write(.charge(charge)) { books throws(SQLError) in
            try books.extend(charge, by: credits, under: plans, at: now)
        }
    }

    package func settle(
        _ charge: ChargeID, _ settlement: Settlement, under plans: PlanBook, at now: Timestamp
    ) async throws(LedgerError) -> SettleResult {
        let result = try await write(settlement.subject(charge, at: now)) { books throws(SQLError) in
            try books.settle(charge, settlement, under: plans, at: now)
        }
        noteEnd(of: charge)
        return result
    }

    package func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        writeLater(
            settlement.subject(charge, at: now),
            { books throws(SQLError) in try books.settle(charge, settlement, under: plans, at: now) },
            completion: { [weak self] result in
                if case .success = result { self?.noteEnd(of: charge) }
                completion(result)
            }
        )
    }

    package func refund(
        _ charge: ChargeID, because reason: RefundReason, at now: Timestamp
    ) async throws(LedgerError) -> Bool {
        let isRefunded = try await write(.charge(charge)) { books throws(SQLError) in
            try books.refund(charge, because: reason, at: now)
        }
        noteEnd(of: charge)
        return isRefunded
    }

    package func heartbeat(at now: Timestamp) async throws(LedgerError) {
        try await write(.ledger) { [clock] books throws(SQLError) in
            try books.heartbeat(at: max(now, clock?.now ?? now))
        }
    }

    package func recover(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        try await recover(at: now) { _ in }
    }

    /// - Parameters:
    ///   - now: the charges of processes whose lease ended before this time are refunded.
    ///   - progress: called after each batch with the number of charges refunded so far.
    package func recover(at now: Timestamp, progress: (Int) -> Void) async throws(LedgerError) -> [Ledger.OpenCharge] {
        var recovered: [Ledger.OpenCharge] = []
        var renewedAt = clock?.now
        while true {
            let batch = try await write(.ledger) { books throws(SQLError) in try books.recover(at: now) }
            recovered += batch
            if batch.isEmpty { return recovered }
            progress(recovered.count)
            try await renewLease(since: &renewedAt)
        }
    }

    /// Renews the lease between the steps of a long task, whenever as much time has passed as between two heartbeats.
    func renewLease(since renewedAt: inout Timestamp?) async throws(LedgerError) {
        guard let latest = renewedAt, let present = clock?.now,
            latest.advanced(byMilliseconds: Self.housekeepingMilliseconds) <= present
        else { return }
        try await heartbeat(at: present)
        renewedAt = present
    }

    package func openCharges(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        try await read { database throws(SQLError) in
            try database.openCharges(of: "?1 IS NOT NULL", now, count: 10_000)
        }
    }
}

extension Settlement {
    fileprivate func subject(_ charge: ChargeID, at now: Timestamp) -> WriteSubject {
        isWhole ? .wholeSettlement(charge, of: nil, at: now) : .charge(charge)
    }
}
