package import Faregate

/// The ledger's rules in their simplest form: in memory, one step at a time, without regard to speed.
///
/// Real ledgers are compared with it (``LedgerConformance``), and tests of servers use it as their ledger. Its content
/// is lost when it is released.
package final class MemoryLedger: LedgerBackend {
    let reference = Mutex(ReferenceLedger())

    package init() {}

    package func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        reference.withLock { $0.charge(request, at: now) }
    }

    package func extend(
        _ charge: ChargeID,
        by credits: Credits,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> HoldExtension? {
        reference.withLock { $0.extend(charge, by: credits, under: plans, at: now) }
    }

    package func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> SettleResult {
        reference.withLock { $0.settle(charge, settlement, under: plans, at: now) }
    }

    package func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        completion(.success(reference.withLock { $0.settle(charge, settlement, under: plans, at: now) }))
    }

    package func refund(
        _ charge: ChargeID,
        because reason: RefundReason,
        at now: Timestamp
    ) async throws(LedgerError) -> Bool {
        reference.withLock { $0.refund(charge, because: reason, at: now) }
    }

    package func heartbeat(at now: Timestamp) async throws(LedgerError) {
        // A process without holds needs no lease.
        reference.withLock { reference in
            if !reference.openCharges.isEmpty { reference.beat(at: now) }
        }
    }

    package func recover(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        reference.withLock { reference in
            guard let aliveUntil = reference.aliveUntil, aliveUntil < now else { return [] }
            let abandoned = reference.openCharges
            for charge in abandoned { _ = reference.refund(charge.id, because: .abandoned, at: now) }
            return abandoned
        }
    }

    package func openCharges(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        reference.withLock { Array($0.openCharges.prefix(10_000)) }
    }

    package func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        reference.withLock { $0.refresh(account, under: plans, at: now) }
    }

    package func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        reference.withLock { $0.grant(request, at: now) }
    }

    package func withdraw(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult {
        reference.withLock { $0.withdraw(request, at: now) }
    }

    package func giveBack(_ request: GiveBack, at now: Timestamp) async throws(LedgerError) -> GiveBackResult {
        reference.withLock { $0.giveBack(request, at: now) }
    }

    package func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        reference.withLock { reference in
            guard let known = reference.accounts[account], known.suspendedAt == nil else { return false }
            reference.accounts[account]?.suspendedAt = now
            return true
        }
    }

    package func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        reference.withLock { reference in
            guard reference.accounts[account]?.suspendedAt != nil else { return false }
            reference.accounts[account]?.suspendedAt = nil
            return true
        }
    }

    package func move(
        _ account: AccountID,
        to plan: Policy.Plan,
        under plans: PlanBook,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) {
        reference.withLock { reference in
            reference.refresh(account, under: plans, at: now)
            reference.accounts[account]?.plan = plan.name
            reference.refresh(account, on: plan, isNewOnPlan: true, plans.calendar, at: now)
        }
    }

    package func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> AccountBalance? {
        reference.withLock { $0.balance(of: account, at: now) }
    }

    package func read(
        _ account: AccountID,
        calls: @escaping @Sendable (AccountBalance) -> [ChargeRequest],
        at now: Timestamp
    ) async throws(LedgerError) -> AccountReading? {
        reference.withLock { $0.read(account, calls: calls, at: now) }
    }

    package func history(
        of account: AccountID,
        after cursor: History.Cursor?,
        count: Int
    ) async throws(LedgerError) -> History {
        reference.withLock { $0.history(of: account, after: cursor, count: min(max(count, 1), 500)) }
    }

    package func explain(_ charge: ChargeID) async throws(LedgerError) -> Ledger.ChargeExplanation? {
        reference.withLock { $0.explain(charge) }
    }

    package func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record? {
        reference.withLock { $0.refusals[refusal] }
    }

    package func keep(_ refusal: Refusal.Record) {
        reference.withLock { $0.refusals[refusal.id] = refusal }
    }

    /// Does nothing: there is no file.
    package func close() async {}
}

extension Credits {
    /// An amount that the rules keep in range.
    init(inRange value: Int64) {
        guard let credits = Credits(rawValue: value) else { preconditionFailure("\(value) credits are out of range") }
        self = credits
    }
}
