package import Faregate

/// The purchase ledger's rules in their simplest form: in memory, for tests of servers and of payments. Its content is
/// lost when it is released.
///
/// It doesn't record what was spent, so credits to take back are always there, and no account ever owes credits.
package final class MemoryPurchases: PurchaseBackend {
    private let reference = Mutex(ReferencePurchases())

    package init() {}

    /// Returns the recorded purchase; nil if there is none.
    func purchase(_ id: Purchase.ID) -> Purchase? {
        reference.withLock { reference in reference.number(of: id).flatMap { reference.orders[$0]?.purchase } }
    }

    /// Returns the credits that the account has from its purchases now.
    package func credits(of account: AccountID) -> Credits {
        reference.withLock { reference in
            let sum = reference.orders.values.reduce(into: Int64(0)) { sum, order in
                if order.purchase?.account == account { sum += order.position?.credits.rawValue ?? 0 }
            }
            return Credits(rawValue: sum) ?? .max
        }
    }

    package func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        let refusal = reference.withLock { $0.record(purchase, at: now) }
        if let refusal { throw refusal }
    }

    @discardableResult
    package func attach(
        _ checkout: Purchase.Checkout,
        to purchase: Purchase.ID,
        at now: Timestamp
    ) async throws(LedgerError) -> (checkout: Purchase.Checkout, change: Purchase.Change?) {
        let attached: (Purchase.Checkout, Purchase.Change?)? = reference.withLock { reference in
            let sold = reference.number(of: purchase).flatMap { reference.orders[$0]?.purchase }
            if let sold, let key = sold.requestKey,
                let other = reference.openCheckout(of: sold.account, sold.provider, key, besides: purchase, at: now)
            {
                return (other, nil)
            }
            let before = reference.number(of: purchase).flatMap { reference.orders[$0]?.position }
            guard reference.attach(checkout, to: purchase, at: now) else { return nil }
            let after = reference.number(of: purchase).flatMap { reference.orders[$0]?.position }
            let change = Purchase.Change(
                purchase: purchase, account: sold?.account, before: before, after: after, debt: .zero
            )
            return (checkout, before == after ? nil : change)
        }
        guard let attached else {
            throw LedgerError(
                .forbidden,
                "there is no such purchase, it has another checkout, or the checkout belongs to another purchase"
            )
        }
        return attached
    }

    package func receive(
        _ event: Inbox.Event,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt {
        reference.withLock { $0.receive(event, reading, at: now) }
    }

    package func retry(
        _ event: Inbox.Event.ID,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt? {
        reference.withLock { $0.retry(event, reading, at: now) }
    }

    package func record(
        _ events: [Purchase.Event],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change] {
        reference.withLock { reference in
            var rehearsed = reference
            let changes = rehearsed.record(events, of: provider, at: now)
            if !isRehearsal { reference = rehearsed }
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
        reference.withLock { reference in
            reference.adopt(purchase, openedAt: openedAt)
            return reference.record(events, of: purchase.provider, at: now)
        }
    }

    package func decide(
        _ decision: Purchase.Decision,
        of purchase: Purchase.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change? {
        let decided: Result<Purchase.Change?, InvalidInput> = reference.withLock { reference in
            guard let order = reference.number(of: purchase) else { return .success(nil) }
            do throws(InvalidInput) {
                return .success(try reference.decide(decision, of: order, at: now))
            } catch {
                return .failure(error)
            }
        }
        do throws(InvalidInput) { return try decided.get() } catch { throw LedgerError(.forbidden, error.description) }
    }

    package func inbox(_ query: Inbox.Query) async throws(LedgerError) -> [Inbox.Entry] {
        reference.withLock { reference in
            let latestFirst = Array(reference.inbox.reversed())
            switch query {
            case .state(.notOurs, let count): return Array(reference.foreignEvents.prefix(count))
            case .one(let id): return latestFirst.filter { $0.event.id == id }
            case .state(let state, let count):
                return Array(latestFirst.filter { state == nil || $0.state == state }.prefix(count))
            case .due(let now, let count):
                return Array(reference.inbox.filter { $0.retryAt.map { $0 <= now } ?? false }.prefix(count))
            }
        }
    }

    package func purchases(_ query: Purchase.Query) async throws(LedgerError) -> [Purchase.Record] {
        reference.withLock { reference in
            let latestFirst = reference.orders.sorted { $0.key > $1.key }.compactMap(\.value.asRecord)
            switch query {
            case .one(let id): return latestFirst.filter { $0.purchase.id == id }
            case .checkout(let id, let provider):
                return latestFirst.filter { $0.checkout == id && $0.purchase.provider == provider }
            case .named(let names, let provider): return reference.purchases(named: names, of: provider)
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
        reference.withLock { $0.openCheckout(of: account, provider, key, at: now) }
    }

    package func dismiss(
        _ event: Inbox.Event.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.State? {
        reference.withLock { $0.dismiss(event, note, at: now) }
    }

    package func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String? {
        reference.withLock { $0.customers[account]?[provider] }
    }

    /// Every account is accepted, because this ledger has no accounts.
    @discardableResult
    package func keep(
        customer: String,
        of account: AccountID,
        provider: String,
        at now: Timestamp
    ) async throws(LedgerError) -> String {
        reference.withLock { reference in
            let kept = reference.customers[account]?[provider] ?? customer
            reference.customers[account, default: [:]][provider] = kept
            return kept
        }
    }

    package func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError) {
        reference.withLock { reference in
            if reference.customers[account]?[provider] == customer { reference.customers[account]?[provider] = nil }
        }
    }

    package func forget(
        _ account: AccountID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.ForgottenDetails? {
        reference.withLock { $0.forget(account) }
    }

    /// Deletes outdated data, as a ledger on disk does by itself.
    package func performHousekeeping(at now: Timestamp) {
        reference.withLock { $0.performHousekeeping(at: now) }
    }
}
