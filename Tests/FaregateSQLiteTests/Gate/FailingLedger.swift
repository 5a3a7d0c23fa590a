import Faregate

/// A ledger that is out of reach whenever a test says so, and otherwise another one.
final class FailingLedger: Ledger {
    private let ledger: any Ledger
    private let isDown = Mutex(false)
    /// Where given, charges wait here for each other: for two of them.
    private let meeting: Collected<Bool>?

    init(_ ledger: any Ledger, meeting: Collected<Bool>? = nil) {
        self.ledger = ledger
        self.meeting = meeting
    }

    var isOutOfReach: Bool {
        get { isDown.withLock { $0 } }
        set { isDown.withLock { $0 = newValue } }
    }

    private func reach() throws(LedgerError) {
        if isOutOfReach { throw LedgerError(.busy, "the ledger is out of reach, as the test wants it") }
    }

    func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        meeting?.add(true)
        await meeting?.wait(for: 2)
        try reach()
        return try await ledger.charge(request, at: now)
    }

    func extend(_ charge: ChargeID, by credits: Credits, under plans: PlanBook, at now: Timestamp)
        async throws(LedgerError) -> HoldExtension?
    {
        try reach()
        return try await ledger.extend(charge, by: credits, under: plans, at: now)
    }

    func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook, at now: Timestamp
    ) async throws(LedgerError) -> SettleResult {
        try reach()
        return try await ledger.settle(charge, settlement, under: plans, at: now)
    }

    func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook, at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        do throws(LedgerError) { try reach() } catch { return completion(.failure(error)) }
        ledger.settleLater(charge, settlement, under: plans, at: now, completion: completion)
    }

    func refund(_ charge: ChargeID, because reason: RefundReason, at now: Timestamp) async throws(LedgerError) -> Bool {
        try reach()
        return try await ledger.refund(charge, because: reason, at: now)
    }

    func heartbeat(at now: Timestamp) async throws(LedgerError) {
        try reach()
        try await ledger.heartbeat(at: now)
    }

    func recover(at now: Timestamp) async throws(LedgerError) -> [OpenCharge] {
        try reach()
        return try await ledger.recover(at: now)
    }

    func openCharges(at now: Timestamp) async throws(LedgerError) -> [OpenCharge] {
        try reach()
        return try await ledger.openCharges(at: now)
    }

    func attend(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try reach()
        try await ledger.attend(account, under: plans, at: now)
    }

    func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        try reach()
        return try await ledger.grant(request, at: now)
    }

    func takeAway(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult {
        try reach()
        return try await ledger.takeAway(request, at: now)
    }

    func suspend(_ account: AccountID, _ note: Note, at now: Timestamp) async throws(LedgerError) -> Bool {
        try reach()
        return try await ledger.suspend(account, note, at: now)
    }

    func resume(_ account: AccountID, _ note: Note, at now: Timestamp) async throws(LedgerError) -> Bool {
        try reach()
        return try await ledger.resume(account, note, at: now)
    }

    func move(
        _ account: AccountID,
        to plan: Plan,
        under plans: PlanBook,
        _ note: Note,
        at now: Timestamp
    ) async throws(LedgerError) {
        try reach()
        try await ledger.move(account, to: plan, under: plans, note, at: now)
    }

    func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> Balance? {
        try reach()
        return try await ledger.balance(of: account, at: now)
    }

    func read(
        _ account: AccountID,
        calls: @escaping @Sendable (Balance) -> [ChargeRequest],
        at now: Timestamp
    ) async throws(LedgerError) -> AccountReading? {
        try reach()
        return try await ledger.read(account, calls: calls, at: now)
    }

    func history(
        of account: AccountID,
        after cursor: HistoryCursor?,
        count: Int
    ) async throws(LedgerError) -> HistoryPage {
        try reach()
        return try await ledger.history(of: account, after: cursor, count: count)
    }

    func explain(_ charge: ChargeID) async throws(LedgerError) -> ChargeExplanation? {
        try reach()
        return try await ledger.explain(charge)
    }

    func explain(_ refusal: RefusalID) async throws(LedgerError) -> RefusalRecord? {
        try reach()
        return try await ledger.explain(refusal)
    }

    func keep(_ refusal: RefusalRecord) { ledger.keep(refusal) }
}
