import Faregate
import Foundation

/// Orders and the inbox. An order is a set of facts with common ids, and the purchase that they belong to, if it is
/// recorded.
struct ReferencePurchases {
    struct Order {
        var purchase: Purchase?
        var open: Purchase.Checkout?
        var checkout: String?
        var names: Set<ExactText> = []
        var facts: Set<Purchase.Fact> = []
        var billing: Purchase.BillingDetails?
        /// Whether the payer was forgotten; later details of the payer are not stored either.
        var isForgotten = false
        /// For an order without a purchase: the recorded purchase whose id its metadata has.
        var hint: Purchase.ID?
        var openedAt: Timestamp
        var seenAt: Timestamp
        var paidAt: Timestamp?

        init(_ purchase: Purchase? = nil, at now: Timestamp) {
            self.purchase = purchase
            (openedAt, seenAt) = (now, now)
        }
    }

    /// The result of an event about an order.
    enum Outcome {
        case ofPurchase(Int, Purchase.Change?)
        /// The order's number; nil if nothing of it is stored.
        case ofUnknown(Int?)
        case refused(String, orders: [Int])
    }

    var orders: [Int: Order] = [:]
    var inbox: [Inbox.Entry] = []
    /// When an event was last acted on.
    var actedAt: [Inbox.Event.ID: Timestamp] = [:]
    /// The orders that an event is about.
    var ordersOfEvent: [Inbox.Event.ID: Set<Int>] = [:]
    var customers: [AccountID: [String: String]] = [:]
    /// The accounts that have ever had a purchase. `forgotten` has those whose payers were forgotten.
    private var accounts: Set<AccountID> = []
    private var forgotten: Set<AccountID> = []
    private var count = 0

    mutating func newOrder(_ purchase: Purchase? = nil, at now: Timestamp) -> Int {
        count += 1
        orders[count] = Order(purchase, at: now)
        return count
    }

    /// - Returns: the reason for a refusal.
    mutating func record(_ purchase: Purchase, at now: Timestamp) -> LedgerError? {
        guard number(of: purchase.id) == nil else { return nil }
        accounts.insert(purchase.account)
        let open = orders.values.filter { $0.purchase?.account == purchase.account && $0.isOpen(at: now) }
        if open.count >= Purchase.OpenCheckoutLimit.perAccount, let closing = open.map(\.openUntil).min() {
            return Purchase.OpenCheckoutLimit.error(until: closing)
        }
        _ = newOrder(purchase, at: now)
        return nil
    }

    /// If the account was forgotten, its payer is not stored: the purchase may be older than that moment.
    mutating func adopt(_ purchase: Purchase, openedAt: Timestamp) {
        guard number(of: purchase.id) == nil else { return }
        accounts.insert(purchase.account)
        let number = newOrder(purchase, at: openedAt)
        orders[number]?.isForgotten = forgotten.contains(purchase.account)
    }

    /// - Returns: false if the account is unknown.
    mutating func markForgotten(_ account: AccountID) -> Bool {
        guard accounts.contains(account) || customers[account] != nil else { return false }
        forgotten.insert(account)
        return true
    }

    func openCheckout(
        of account: AccountID,
        _ provider: String,
        _ key: String,
        besides own: Purchase.ID? = nil,
        at now: Timestamp
    ) -> Purchase.Checkout? {
        orders.sorted { $0.key > $1.key }.lazy.map(\.value).filter { order in
            order.purchase?.account == account && order.purchase?.provider == provider
                && order.purchase?.requestKey.map(ExactText.init) == ExactText(key) && order.purchase?.id != own
                && order.position?.status == .opened
        }.compactMap(\.open).first { $0.expiresAt.map { $0 > now } ?? true }
    }

    /// - Returns: false if there is no such purchase, it has another checkout, or the checkout belongs to another
    ///   purchase.
    mutating func attach(_ checkout: Purchase.Checkout, to purchase: Purchase.ID, at now: Timestamp) -> Bool {
        guard let number = number(of: purchase), let order = orders[number], let sold = order.purchase,
            order.checkout == nil || order.checkout == checkout.id
        else { return false }
        let name = ExactText("\(sold.provider) checkout \(checkout.id)")
        let others = orders.filter { $0.key != number && $0.value.names.contains(name) }
        guard others.allSatisfy({ $0.value.purchase == nil }) else { return false }
        // If the new checkout has no expiry, the old one stays.
        let expiresAt = checkout.expiresAt ?? order.open?.expiresAt
        orders[number]?.open = Purchase.Checkout(
            purchase: purchase, id: checkout.id, url: checkout.url, expiresAt: expiresAt)
        orders[number]?.checkout = checkout.id
        orders[number]?.names.insert(name)
        // Facts that arrived before the checkout was known.
        for other in others.keys { merge(other, into: number) }
        settleEvents(of: number, at: now)
        return true
    }

    func number(of purchase: Purchase.ID) -> Int? { orders.first { $0.value.purchase?.id == purchase }?.key }

    /// - Returns: the changes, event by event. An event that belongs to no purchase gives a change without a purchase,
    ///   and is not stored.
    mutating func record(_ events: [Purchase.Event], of provider: String, at now: Timestamp) -> [Purchase.Change] {
        var changes: [Purchase.Change] = []
        var left = events
        var isProgress = true
        while isProgress && !left.isEmpty {
            var unknown: [Purchase.Event] = []
            for event in left {
                switch record(event, of: provider, keepsUnknown: false, at: now) {
                case .ofPurchase(_, let change): if let change { changes.append(change) }
                case .ofUnknown: unknown.append(event)
                case .refused: changes.append(.unknown)
                }
            }
            isProgress = unknown.count < left.count
            left = unknown
        }
        return changes + left.map { _ in .unknown }
    }

    mutating func decide(
        _ decision: Purchase.Decision, of number: Int, at now: Timestamp
    ) throws(InvalidInput) -> Purchase.Change? {
        guard let order = orders[number], let position = order.position else { return nil }
        if let fact = try position.fact(for: decision) {
            let change = add(fact, to: number, at: now)
            settleEvents(of: number, at: now)
            if let change { return change }
        }
        return Purchase.Change(
            purchase: order.purchase?.id,
            account: order.purchase?.account,
            before: position,
            after: position,
            debt: .zero
        )
    }

    /// - Returns: nil if it changes nothing.
    mutating func add(_ fact: Purchase.Fact, to number: Int, at now: Timestamp) -> Purchase.Change? {
        guard var order = orders[number] else { return nil }
        let before = order.position
        order.facts.insert(fact)
        if order.paidAt == nil, fact.isPaid { order.paidAt = now }
        orders[number] = order
        guard let after = order.position, before != after else { return nil }
        return Purchase.Change(
            purchase: order.purchase?.id,
            account: order.purchase?.account,
            before: before,
            after: after,
            debt: .zero
        )
    }
}

extension ReferencePurchases.Order {
    var position: Purchase.Position? { purchase.map { Purchase.Position(of: $0, given: facts) } }

    var isUnpaid: Bool { purchase != nil && facts.allSatisfy(\.isOfUnpaid) }

    /// When the checkout stops counting as open: at the provider's time, or a day after it was opened; sooner if no
    /// checkout was attached.
    var openUntil: Timestamp {
        open?.expiresAt
            ?? openedAt.advanced(
                byMilliseconds: checkout == nil
                    ? Purchase.OpenCheckoutLimit.openingMilliseconds : Purchase.OpenCheckoutLimit.openMilliseconds
            )
    }

    func isOpen(at now: Timestamp) -> Bool { isUnpaid && openUntil > now && !facts.contains(.expired) }

    var asRecord: Purchase.Record? {
        guard let purchase, let position else { return nil }
        return Purchase.Record(
            purchase: purchase,
            checkout: checkout,
            position: position,
            facts: facts.sorted { "\($0)" < "\($1)" },
            billing: billing,
            openedAt: openedAt,
            paidAt: paidAt
        )
    }
}

extension Purchase.Change {
    static let unknown = Purchase.Change(purchase: nil, account: nil, before: nil, after: nil, debt: .zero)
}

extension Purchase.Fact {
    fileprivate var isPaid: Bool {
        if case .paid = self { return true }
        return false
    }
}
