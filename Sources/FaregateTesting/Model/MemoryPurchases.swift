public import Faregate

/// The rules of the purchase ledger, as plainly as they can be said: in memory, for tests of servers and of payments. What
/// it keeps is gone with it.
///
/// It knows nothing of what was spent: whatever is taken back is there, and nobody ever owes.
public final class MemoryPurchases: PurchaseLedger {
    private let books = Mutex(PurchaseBooks())
    let customers = Mutex<[[String]: String]>([:])

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

    public func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        books.withLock { $0.record(purchase, at: now) }
    }

    @discardableResult
    public func attach(
        _ checkout: OpenCheckout,
        to purchase: PurchaseID,
        at now: Timestamp
    ) async throws(LedgerError) -> OpenCheckout {
        let attached: OpenCheckout? = books.withLock { books in
            let sold = books.number(of: purchase).flatMap { books.orders[$0]?.purchase }
            if let sold, let key = sold.requestKey,
                let other = books.openCheckout(of: sold.account, sold.provider, key, besides: purchase, at: now)
            {
                return other
            }
            return books.attach(checkout, to: purchase) ? checkout : nil
        }
        guard let attached else {
            throw LedgerError(.forbidden, "there is no such purchase, or it or the checkout is attached to another")
        }
        return attached
    }

    public func receive(
        _ event: InboxEvent,
        reading: InboxReading,
        at now: Timestamp
    ) async throws(LedgerError) -> InboxReceipt {
        books.withLock { $0.receive(event, reading, at: now) }
    }

    public func retry(
        _ event: InboxEventID,
        reading: InboxReading,
        at now: Timestamp
    ) async throws(LedgerError) -> InboxReceipt? {
        books.withLock { $0.retry(event, reading, at: now) }
    }

    public func learn(
        _ events: [PurchaseEvent],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [PurchaseChange] {
        books.withLock { books in
            var rehearsed = books
            let changes = rehearsed.learn(events, of: provider, at: now)
            if !isRehearsal { books = rehearsed }
            return changes
        }
    }

    public func approve(
        _ purchase: PurchaseID,
        _ note: Note,
        at now: Timestamp
    ) async throws(LedgerError) -> PurchaseChange? {
        books.withLock { books in
            guard let order = books.number(of: purchase) else { return nil }
            return books.approve(order, at: now)
        }
    }

    public func inbox(_ query: InboxQuery) async throws(LedgerError) -> [InboxEntry] {
        books.withLock { books in
            let latestFirst = Array(books.inbox.reversed())
            switch query {
            case .one(let id): return latestFirst.filter { $0.event.id == id }
            case .state(let state, let count):
                return Array(latestFirst.filter { state == nil || $0.state == state }.prefix(count))
            case .due(let now, let count):
                return Array(books.inbox.filter { $0.retryAt.map { $0 <= now } ?? false }.prefix(count))
            }
        }
    }

    public func purchases(_ query: PurchaseQuery) async throws(LedgerError) -> [PurchaseRecord] {
        books.withLock { books in
            let latestFirst = books.orders.sorted { $0.key > $1.key }.compactMap(\.value.asRecord)
            switch query {
            case .one(let id): return latestFirst.filter { $0.purchase.id == id }
            case .checkout(let id, let provider):
                return latestFirst.filter { $0.checkout == id && $0.purchase.provider == provider }
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

    public func openCheckout(
        of account: AccountID,
        provider: String,
        request key: String,
        at now: Timestamp
    ) async throws(LedgerError) -> OpenCheckout? {
        books.withLock { $0.openCheckout(of: account, provider, key, at: now) }
    }

    public func forget(_ account: AccountID, _ note: Note, at now: Timestamp) async throws(LedgerError) -> Int? {
        books.withLock { books in
            let known = books.orders.filter { $0.value.purchase?.account == account }
            guard !known.isEmpty else { return nil }
            for number in known.keys { books.orders[number]?.billing = nil }
            return known.count { $0.value.billing != nil }
        }
    }
}
