public import Faregate

/// The rules of the ledger, as plainly as they can be said: in memory, one step at a time, with no thought for speed.
///
/// It is what a real ledger is compared with (``LedgerConformance``), and serves as a ledger in tests of servers. What it
/// keeps is gone with it.
public final class MemoryLedger: LedgerBackend {
    let books = Mutex(Books())

    public init() {}

    package func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        books.withLock { $0.charge(request, at: now) }
    }

    package func extend(
        _ charge: ChargeID,
        by credits: Credits,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> HoldExtension? {
        books.withLock { $0.extend(charge, by: credits, under: plans, at: now) }
    }

    package func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> SettleResult {
        books.withLock { $0.settle(charge, settlement, under: plans, at: now) }
    }

    package func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        completion(.success(books.withLock { $0.settle(charge, settlement, under: plans, at: now) }))
    }

    package func refund(
        _ charge: ChargeID,
        because reason: RefundReason,
        at now: Timestamp
    ) async throws(LedgerError) -> Bool {
        books.withLock { $0.refund(charge, because: reason, at: now) }
    }

    package func heartbeat(at now: Timestamp) async throws(LedgerError) {
        // Who holds nothing has nothing to keep.
        books.withLock { books in
            if !books.openCharges.isEmpty { books.beat(at: now) }
        }
    }

    package func recover(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        books.withLock { books in
            guard let aliveUntil = books.aliveUntil, aliveUntil < now else { return [] }
            let abandoned = books.openCharges
            for charge in abandoned { _ = books.refund(charge.id, because: .abandoned, at: now) }
            return abandoned
        }
    }

    package func openCharges(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        books.withLock { Array($0.openCharges.prefix(10_000)) }
    }

    package func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        books.withLock { $0.refresh(account, under: plans, at: now) }
    }

    package func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        books.withLock { $0.grant(request, at: now) }
    }

    package func withdraw(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult {
        books.withLock { $0.withdraw(request, at: now) }
    }

    package func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        books.withLock { books in
            guard let known = books.accounts[account], known.suspendedAt == nil else { return false }
            books.accounts[account]?.suspendedAt = now
            return true
        }
    }

    package func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        books.withLock { books in
            guard books.accounts[account]?.suspendedAt != nil else { return false }
            books.accounts[account]?.suspendedAt = nil
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
        books.withLock { books in
            books.refresh(account, under: plans, at: now)
            books.accounts[account]?.plan = plan.name
            books.refresh(account, on: plan, hasCome: true, plans.calendar, at: now)
        }
    }

    package func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> AccountBalance? {
        books.withLock { $0.balance(of: account, at: now) }
    }

    package func read(
        _ account: AccountID,
        calls: @escaping @Sendable (AccountBalance) -> [ChargeRequest],
        at now: Timestamp
    ) async throws(LedgerError) -> AccountReading? {
        books.withLock { $0.read(account, calls: calls, at: now) }
    }

    package func history(
        of account: AccountID,
        after cursor: History.Cursor?,
        count: Int
    ) async throws(LedgerError) -> History {
        books.withLock { $0.history(of: account, after: cursor, count: min(max(count, 1), 500)) }
    }

    package func explain(_ charge: ChargeID) async throws(LedgerError) -> ChargeExplanation? {
        books.withLock { $0.explain(charge) }
    }

    package func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record? {
        books.withLock { $0.refusals[refusal] }
    }

    package func keep(_ refusal: Refusal.Record) {
        books.withLock { $0.refusals[refusal.id] = refusal }
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
