import Faregate

/// The purchases of ``InMemory``, whose credits can be spent from the ledger beside them.
final class SpendablePurchases: PurchaseBackend {
    private let purchases = MemoryPurchases()
    private let ledger: MemoryLedger
    /// Throws while the ledger is out of reach.
    private let reach: @Sendable () throws(LedgerError) -> Void

    init(_ ledger: MemoryLedger, reach: @escaping @Sendable () throws(LedgerError) -> Void) {
        self.ledger = ledger
        self.reach = reach
    }

    /// Grants or takes back the difference if a purchase has more or fewer credits than before.
    private func apply(_ change: Purchase.Change, at now: Timestamp) -> Purchase.Change {
        let sold = change.purchase.flatMap { purchases.purchase($0) }
        return ledger.reference.withLock { $0.apply(change, of: sold, at: now) }
    }

    private func apply(_ receipt: Inbox.Receipt, at now: Timestamp) -> Inbox.Receipt {
        guard case .done(let changes) = receipt else { return receipt }
        return .done(changes.map { apply($0, at: now) })
    }

    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try reach()
        try await purchases.record(purchase, under: plans, at: now)
    }

    func attach(
        _ checkout: Purchase.Checkout,
        to purchase: Purchase.ID,
        at now: Timestamp
    ) async throws(LedgerError) -> (checkout: Purchase.Checkout, change: Purchase.Change?) {
        try reach()
        let (attached, change) = try await purchases.attach(checkout, to: purchase, at: now)
        return (attached, change.map { apply($0, at: now) })
    }

    func adopt(
        _ purchase: Purchase,
        knowing events: [Purchase.Event],
        _ note: Ledger.Note,
        under plans: PlanBook,
        openedAt: Timestamp,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        try reach()
        return try await purchases.adopt(purchase, knowing: events, note, under: plans, openedAt: openedAt, at: now)
            .map { apply($0, at: now) }
    }

    func receive(
        _ event: Inbox.Event,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt {
        try reach()
        return apply(try await purchases.receive(event, reading: reading, at: now), at: now)
    }

    func retry(
        _ event: Inbox.Event.ID,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt? {
        try reach()
        return try await purchases.retry(event, reading: reading, at: now).map { apply($0, at: now) }
    }

    func record(
        _ events: [Purchase.Event],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        try reach()
        let changes = try await purchases.record(events, of: provider, isRehearsal: isRehearsal, at: now)
        return isRehearsal ? changes : changes.map { apply($0, at: now) }
    }

    func decide(
        _ decision: Purchase.Decision,
        of purchase: Purchase.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change? {
        try reach()
        return try await purchases.decide(decision, of: purchase, note, at: now).map { apply($0, at: now) }
    }

    func dismiss(_ event: Inbox.Event.ID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError)
        -> Inbox.State?
    {
        try reach()
        return try await purchases.dismiss(event, note, at: now)
    }

    func inbox(_ query: Inbox.Query) async throws(LedgerError) -> [Inbox.Entry] {
        try reach()
        return try await purchases.inbox(query)
    }

    func purchases(_ query: Purchase.Query) async throws(LedgerError) -> [Purchase.Record] {
        try reach()
        return try await purchases.purchases(query)
    }

    func openCheckout(
        of account: AccountID,
        provider: String,
        request key: String,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Checkout? {
        try reach()
        return try await purchases.openCheckout(of: account, provider: provider, request: key, at: now)
    }

    func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String? {
        try reach()
        return try await purchases.customer(of: account, provider: provider)
    }

    func keep(
        customer: String,
        of account: AccountID,
        provider: String,
        at now: Timestamp
    ) async throws(LedgerError) -> String {
        try reach()
        return try await purchases.keep(customer: customer, of: account, provider: provider, at: now)
    }

    func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError) {
        try reach()
        try await purchases.drop(customer: customer, of: account, provider: provider)
    }

    func forget(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError)
        -> Purchase.ForgottenDetails?
    {
        try reach()
        return try await purchases.forget(account, note, at: now)
    }
}
