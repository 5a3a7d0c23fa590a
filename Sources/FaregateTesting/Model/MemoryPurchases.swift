public import Faregate

/// The rules of the purchase ledger, as plainly as they can be said: in memory, for tests of servers and of payments. What
/// it keeps is gone with it.
///
/// It knows nothing of what was spent: whatever is taken back is there, and nobody ever owes.
public final class MemoryPurchases: PurchaseBackend {
    private let books = Mutex(PurchaseBooks())

    public init() {}

    /// What the account's purchases have brought it by now.
    public func credits(of account: AccountID) -> Credits {
        books.withLock { books in
            let sum = books.orders.values.reduce(into: Int64(0)) { sum, order in
                if order.purchase?.account == account { sum += order.position?.credits.rawValue ?? 0 }
            }
            return Credits(rawValue: sum) ?? .max
        }
    }

    package func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        let refusal = books.withLock { $0.record(purchase, at: now) }
        if let refusal { throw refusal }
    }

    @discardableResult
    package func attach(
        _ checkout: Purchase.Checkout,
        to purchase: Purchase.ID,
        at now: Timestamp
    ) async throws(LedgerError) -> (checkout: Purchase.Checkout, change: Purchase.Change?) {
        let attached: (Purchase.Checkout, Purchase.Change?)? = books.withLock { books in
            let sold = books.number(of: purchase).flatMap { books.orders[$0]?.purchase }
            if let sold, let key = sold.requestKey,
                let other = books.openCheckout(of: sold.account, sold.provider, key, besides: purchase, at: now)
            {
                return (other, nil)
            }
            let before = books.number(of: purchase).flatMap { books.orders[$0]?.position }
            guard books.attach(checkout, to: purchase, at: now) else { return nil }
            let after = books.number(of: purchase).flatMap { books.orders[$0]?.position }
            let change = Purchase.Change(
                purchase: purchase, account: sold?.account, before: before, after: after, debt: .zero
            )
            return (checkout, before == after ? nil : change)
        }
        guard let attached else {
            throw LedgerError(.forbidden, "there is no such purchase, or it or the checkout is attached to another")
        }
        return attached
    }

    package func receive(
        _ event: Inbox.Event,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt {
        books.withLock { $0.receive(event, reading, at: now) }
    }

    package func retry(
        _ event: Inbox.Event.ID,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt? {
        books.withLock { $0.retry(event, reading, at: now) }
    }

    package func record(
        _ events: [Purchase.Event],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        books.withLock { books in
            var rehearsed = books
            let changes = rehearsed.record(events, of: provider, at: now)
            if !isRehearsal { books = rehearsed }
            return changes
        }
    }

    package func adopt(
        _ purchase: Purchase,
        knowing events: [Purchase.Event],
        _ note: Ledger.Note,
        under plans: PlanBook,
        openedAt: Timestamp,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        books.withLock { books in
            books.adopt(purchase, openedAt: openedAt)
            return books.record(events, of: purchase.provider, at: now)
        }
    }

    package func decide(
        _ decision: Purchase.Decision,
        of purchase: Purchase.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change? {
        let decided: Result<Purchase.Change?, InvalidInput> = books.withLock { books in
            guard let order = books.number(of: purchase) else { return .success(nil) }
            do throws(InvalidInput) {
                return .success(try books.decide(decision, of: order, at: now))
            } catch {
                return .failure(error)
            }
        }
        do throws(InvalidInput) { return try decided.get() } catch { throw LedgerError(.forbidden, error.description) }
    }

    package func inbox(_ query: Inbox.Query) async throws(LedgerError) -> [Inbox.Entry] {
        books.withLock { books in
            let latestFirst = Array(books.inbox.reversed())
            switch query {
            case .state(.notOurs, let count): return Array(books.foreignEvents.prefix(count))
            case .one(let id): return latestFirst.filter { $0.event.id == id }
            case .state(let state, let count):
                return Array(latestFirst.filter { state == nil || $0.state == state }.prefix(count))
            case .due(let now, let count):
                return Array(books.inbox.filter { $0.retryAt.map { $0 <= now } ?? false }.prefix(count))
            }
        }
    }

    package func purchases(_ query: Purchase.Query) async throws(LedgerError) -> [Purchase.Record] {
        books.withLock { books in
            let latestFirst = books.orders.sorted { $0.key > $1.key }.compactMap(\.value.asRecord)
            switch query {
            case .one(let id): return latestFirst.filter { $0.purchase.id == id }
            case .checkout(let id, let provider):
                return latestFirst.filter { $0.checkout == id && $0.purchase.provider == provider }
            case .named(let names, let provider): return books.purchases(named: names, of: provider)
            case .account(let account, let count):
                return Array(latestFirst.filter { $0.purchase.account == account }.prefix(count))
            case .flagged(let count): return Array(latestFirst.filter { !$0.position.flags.isEmpty }.prefix(count))
            case .awaited(let provider, let count):
                let awaited = latestFirst.filter { $0.purchase.provider == provider && $0.position.status == .pending }
                return Array(awaited.reversed().prefix(count))
            case .latest(let count): return Array(latestFirst.prefix(count))
            }
        }
    }

    package func openCheckout(
        of account: AccountID,
        provider: String,
        request key: String,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Checkout? {
        books.withLock { $0.openCheckout(of: account, provider, key, at: now) }
    }

    package func dismiss(
        _ event: Inbox.Event.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.State? {
        books.withLock { $0.dismiss(event, note, at: now) }
    }

    package func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String? {
        books.withLock { $0.customers[account]?[provider] }
    }

    /// Any account may have one: there are no accounts in here.
    @discardableResult
    package func keep(
        customer: String,
        of account: AccountID,
        provider: String,
        at now: Timestamp
    ) async throws(LedgerError) -> String {
        books.withLock { books in
            let kept = books.customers[account]?[provider] ?? customer
            books.customers[account, default: [:]][provider] = kept
            return kept
        }
    }

    package func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError) {
        books.withLock { books in
            if books.customers[account]?[provider] == customer { books.customers[account]?[provider] = nil }
        }
    }

    package func forget(
        _ account: AccountID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.ForgottenDetails? {
        books.withLock { $0.forget(account) }
    }

    /// Deletes what is out of date, as a ledger on disk does by itself.
    package func performHousekeeping(at now: Timestamp) {
        books.withLock { $0.performHousekeeping(at: now) }
    }
}
