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
        _ event: Inbox.Event,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt {
        let fails = failuresLeft.withLock { left in
            left -= 1
            return left >= 0
        }
        if fails { throw LedgerError(.full, "the disk is full; make room") }
        return try await ledger.receive(event, reading: reading, at: now)
    }

    func retry(
        _ event: Inbox.Event.ID,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt? {
        try await ledger.retry(event, reading: reading, at: now)
    }

    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await ledger.record(purchase, under: plans, at: now)
    }

    func attach(_ checkout: Purchase.Checkout, to purchase: Purchase.ID, at now: Timestamp) async throws(LedgerError)
        -> (checkout: Purchase.Checkout, change: Purchase.Change?)
    {
        try await ledger.attach(checkout, to: purchase, at: now)
    }

    func record(
        _ events: [Purchase.Event],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        try await ledger.record(events, of: provider, isRehearsal: isRehearsal, at: now)
    }

    func adopt(
        _ purchase: Purchase,
        knowing events: [Purchase.Event],
        _ note: Ledger.Note,
        under plans: PlanBook,
        openedAt: Timestamp,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        try await ledger.adopt(
            purchase, knowing: events, note, under: plans, openedAt: openedAt, at: now)
    }

    func decide(
        _ decision: Purchase.Decision,
        of purchase: Purchase.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change? {
        try await ledger.decide(decision, of: purchase, note, at: now)
    }

    func inbox(_ query: Inbox.Query) async throws(LedgerError) -> [Inbox.Entry] { try await ledger.inbox(query) }

    func purchases(_ query: Purchase.Query) async throws(LedgerError) -> [Purchase.Record] {
        try await ledger.purchases(query)
    }

    func openCheckout(
        of account: AccountID,
        provider: String,
        request key: String,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Checkout? {
        try await ledger.openCheckout(of: account, provider: provider, request: key, at: now)
    }

    func forget(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Purchase
        .ForgottenDetails?
    {
        try await ledger.forget(account, note, at: now)
    }

    func dismiss(
        _ event: Inbox.Event.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.State? {
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
