package import Faregate

/// A ledger that passes every call to another ledger, until a test makes it fail.
package final class FailingLedger: LedgerBackend {
    private let ledger: any LedgerBackend
    private let fault = Mutex<LedgerError?>(nil)
    private let beforeCharge: @Sendable (ChargeRequest) async -> Void

    /// - Parameters:
    ///   - ledger: the ledger that does the work.
    ///   - beforeCharge: called before every charge; the charge waits until it returns.
    package init(
        _ ledger: any LedgerBackend, beforeCharge: @escaping @Sendable (ChargeRequest) async -> Void = { _ in }
    ) {
        self.ledger = ledger
        self.beforeCharge = beforeCharge
    }

    /// The error that every call throws; nil passes calls on.
    package var failure: LedgerError? {
        get { fault.withLock { $0 } }
        set { fault.withLock { $0 = newValue } }
    }

    package var isOutOfReach: Bool {
        get { failure != nil }
        set { failure = newValue ? LedgerError(.busy, "the ledger is out of reach, set by the test") : nil }
    }

    func reach() throws(LedgerError) {
        if let failure { throw failure }
    }

    package func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        await beforeCharge(request)
        try reach()
        return try await ledger.charge(request, at: now)
    }

    package func extend(_ charge: ChargeID, by credits: Credits, under plans: PlanBook, at now: Timestamp)
        async throws(LedgerError) -> HoldExtension?
    {
        try reach()
        return try await ledger.extend(charge, by: credits, under: plans, at: now)
    }

    package func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook, at now: Timestamp
    ) async throws(LedgerError) -> SettleResult {
        try reach()
        return try await ledger.settle(charge, settlement, under: plans, at: now)
    }

    package func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook, at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        do throws(LedgerError) { try reach() } catch { return completion(.failure(error)) }
        ledger.settleLater(charge, settlement, under: plans, at: now, completion: completion)
    }

    package func refund(_ charge: ChargeID, because reason: RefundReason, at now: Timestamp) async throws(LedgerError)
        -> Bool
    {
        try reach()
        return try await ledger.refund(charge, because: reason, at: now)
    }

    package func heartbeat(at now: Timestamp) async throws(LedgerError) {
        try reach()
        try await ledger.heartbeat(at: now)
    }

    package func recover(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        try reach()
        return try await ledger.recover(at: now)
    }

    package func openCharges(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        try reach()
        return try await ledger.openCharges(at: now)
    }

    package func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try reach()
        try await ledger.refresh(account, under: plans, at: now)
    }

    package func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        try reach()
        return try await ledger.grant(request, at: now)
    }

    package func withdraw(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult {
        try reach()
        return try await ledger.withdraw(request, at: now)
    }

    package func giveBack(_ request: GiveBack, at now: Timestamp) async throws(LedgerError) -> GiveBackResult {
        try reach()
        return try await ledger.giveBack(request, at: now)
    }

    package func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        try reach()
        return try await ledger.suspend(account, note, at: now)
    }

    package func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        try reach()
        return try await ledger.resume(account, note, at: now)
    }

    package func move(
        _ account: AccountID,
        to plan: Policy.Plan,
        under plans: PlanBook,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) {
        try reach()
        try await ledger.move(account, to: plan, under: plans, note, at: now)
    }

    package func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> AccountBalance? {
        try reach()
        return try await ledger.balance(of: account, at: now)
    }

    package func read(
        _ account: AccountID,
        calls: @escaping @Sendable (AccountBalance) -> [ChargeRequest],
        at now: Timestamp
    ) async throws(LedgerError) -> AccountReading? {
        try reach()
        return try await ledger.read(account, calls: calls, at: now)
    }

    package func history(
        of account: AccountID,
        after cursor: History.Cursor?,
        count: Int
    ) async throws(LedgerError) -> History {
        try reach()
        return try await ledger.history(of: account, after: cursor, count: count)
    }

    package func explain(_ charge: ChargeID) async throws(LedgerError) -> Ledger.ChargeExplanation? {
        try reach()
        return try await ledger.explain(charge)
    }

    package func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record? {
        try reach()
        return try await ledger.explain(refusal)
    }

    package func keep(_ refusal: Refusal.Record) { ledger.keep(refusal) }

    package func keep(_ policy: Policy, at now: Timestamp) async throws(LedgerError) {
        try reach()
        try await ledger.keep(policy, at: now)
    }

    package func latestKeptPolicy() async throws(LedgerError) -> Ledger.KeptPolicy? {
        try reach()
        return try await ledger.latestKeptPolicy()
    }

    /// After this, every call throws, as with a closed ledger on disk.
    package func close() async {
        await ledger.close()
        failure = LedgerError(.closed, "the ledger is closed")
    }
}
