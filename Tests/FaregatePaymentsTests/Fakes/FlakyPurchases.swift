import Faregate
import FaregateTesting

/// Purchases in memory that record the calls and can be made to fail.
final class FlakyPurchases: PurchaseBackend {
    enum Step: Hashable {
        case record, attach, receive, retry, recordEvents, adopt, decide, inbox, purchases, openCheckout, forget,
            dismiss,
            customer, keep, drop
    }

    static let outOfReach = LedgerError(.busy, "the ledger is locked")

    let memory = MemoryPurchases()
    private let state = Mutex<(steps: [Step], failures: [Step: Int])>(([], [:]))

    var steps: [Step] { state.withLock { $0.steps } }

    func fail(_ step: Step, times: Int = 1) {
        state.withLock { $0.failures[step] = times }
    }

    private func take(_ step: Step) throws(LedgerError) {
        let fails = state.withLock { state in
            state.steps.append(step)
            let left = state.failures[step] ?? 0
            state.failures[step] = max(0, left - 1)
            return left > 0
        }
        if fails { throw FlakyPurchases.outOfReach }
    }

    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try take(.record)
        try await memory.record(purchase, under: plans, at: now)
    }

    func attach(
        _ checkout: Purchase.Checkout,
        to purchase: Purchase.ID,
        at now: Timestamp
    ) async throws(LedgerError) -> (checkout: Purchase.Checkout, change: Purchase.Change?) {
        try take(.attach)
        return try await memory.attach(checkout, to: purchase, at: now)
    }

    func receive(
        _ event: Inbox.Event,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt {
        try take(.receive)
        return try await memory.receive(event, reading: reading, at: now)
    }

    func retry(
        _ event: Inbox.Event.ID,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt? {
        try take(.retry)
        return try await memory.retry(event, reading: reading, at: now)
    }

    func record(
        _ events: [Purchase.Event],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        try take(.recordEvents)
        return try await memory.record(events, of: provider, isRehearsal: isRehearsal, at: now)
    }

    func adopt(
        _ purchase: Purchase,
        knowing events: [Purchase.Event],
        _ note: Ledger.Note,
        under plans: PlanBook,
        openedAt: Timestamp,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        try take(.adopt)
        return try await memory.adopt(purchase, knowing: events, note, under: plans, openedAt: openedAt, at: now)
    }

    func decide(
        _ decision: Purchase.Decision, of purchase: Purchase.ID, _ note: Ledger.Note, at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change? {
        try take(.decide)
        return try await memory.decide(decision, of: purchase, note, at: now)
    }

    func inbox(_ query: Inbox.Query) async throws(LedgerError) -> [Inbox.Entry] {
        try take(.inbox)
        return try await memory.inbox(query)
    }

    func purchases(_ query: Purchase.Query) async throws(LedgerError) -> [Purchase.Record] {
        try take(.purchases)
        return try await memory.purchases(query)
    }

    func openCheckout(
        of account: AccountID,
        provider: String,
        request key: String,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Checkout? {
        try take(.openCheckout)
        return try await memory.openCheckout(of: account, provider: provider, request: key, at: now)
    }

    func forget(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Purchase
        .ForgottenDetails?
    {
        try take(.forget)
        return try await memory.forget(account, note, at: now)
    }

    func dismiss(
        _ event: Inbox.Event.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.State? {
        try take(.dismiss)
        return try await memory.dismiss(event, note, at: now)
    }

    func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String? {
        try take(.customer)
        return try await memory.customer(of: account, provider: provider)
    }

    func keep(
        customer: String,
        of account: AccountID,
        provider: String,
        at now: Timestamp
    ) async throws(LedgerError) -> String {
        try take(.keep)
        return try await memory.keep(customer: customer, of: account, provider: provider, at: now)
    }

    func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError) {
        try take(.drop)
        try await memory.drop(customer: customer, of: account, provider: provider)
    }
}
