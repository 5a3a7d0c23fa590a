import Faregate
import Synchronization

/// A ledger that fails to store webhooks as often as it is told to, and otherwise does what it should.
final class FlakyLedger: PurchaseBackend {
    private let ledger: any PurchaseBackend
    private let failuresLeft: Mutex<Int>

    init(_ ledger: any PurchaseBackend, failures: Int) {
        self.ledger = ledger
        failuresLeft = Mutex(failures)
    }

    func receive(
        _ event: InboxEvent,
        reading: InboxReading,
        at now: Timestamp
    ) async throws(LedgerError) -> InboxReceipt {
        let fails = failuresLeft.withLock { left in
            left -= 1
            return left >= 0
        }
        if fails { throw LedgerError(.full, "the disk is full; make room") }
        return try await ledger.receive(event, reading: reading, at: now)
    }

    func retry(
        _ event: InboxEventID,
        reading: InboxReading,
        at now: Timestamp
    ) async throws(LedgerError) -> InboxReceipt? {
        try await ledger.retry(event, reading: reading, at: now)
    }

    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await ledger.record(purchase, under: plans, at: now)
    }

    func attach(_ checkout: OpenCheckout, to purchase: PurchaseID, at now: Timestamp) async throws(LedgerError)
        -> (checkout: OpenCheckout, change: PurchaseChange?)
    {
        try await ledger.attach(checkout, to: purchase, at: now)
    }

    func learn(
        _ events: [PurchaseEvent],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [PurchaseChange] {
        try await ledger.learn(events, of: provider, isRehearsal: isRehearsal, at: now)
    }

    func adopt(
        _ purchase: Purchase,
        knowing events: [PurchaseEvent],
        _ note: Note,
        under plans: PlanBook,
        openedAt: Timestamp,
        at now: Timestamp
    ) async throws(LedgerError) -> [PurchaseChange] {
        try await ledger.adopt(
            purchase, knowing: events, note, under: plans, openedAt: openedAt, at: now)
    }

    func decide(
        _ decision: PurchaseDecision,
        of purchase: PurchaseID,
        _ note: Note,
        at now: Timestamp
    ) async throws(LedgerError) -> PurchaseChange? {
        try await ledger.decide(decision, of: purchase, note, at: now)
    }

    func inbox(_ query: InboxQuery) async throws(LedgerError) -> [InboxEntry] { try await ledger.inbox(query) }

    func purchases(_ query: PurchaseQuery) async throws(LedgerError) -> [PurchaseRecord] {
        try await ledger.purchases(query)
    }

    func openCheckout(
        of account: AccountID,
        provider: String,
        request key: String,
        at now: Timestamp
    ) async throws(LedgerError) -> OpenCheckout? {
        try await ledger.openCheckout(of: account, provider: provider, request: key, at: now)
    }

    func forget(_ account: AccountID, _ note: Note, at now: Timestamp) async throws(LedgerError) -> ForgottenDetails? {
        try await ledger.forget(account, note, at: now)
    }

    func dismiss(
        _ event: InboxEventID,
        _ note: Note,
        at now: Timestamp
    ) async throws(LedgerError) -> InboxState? {
        try await ledger.dismiss(event, note, at: now)
    }

    func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String? {
        try await ledger.customer(of: account, provider: provider)
    }

    func keep(
        customer: String,
        of account: AccountID,
        provider: String,
        at now: Timestamp
    ) async throws(LedgerError) -> String {
        try await ledger.keep(customer: customer, of: account, provider: provider, at: now)
    }

    func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError) {
        try await ledger.drop(customer: customer, of: account, provider: provider)
    }
}
