public import Faregate

/// What a provider knows, held against what is on record.
public struct Reconciliation: Sendable {
    public let provider: String
    public let since: Timestamp
    /// How many orders the provider told of.
    public let orderCount: Int
    /// Purchases that stand otherwise than was on record, and how.
    public let differences: [Purchase.Change]
    /// Purchases that were paid, and that the ledger has lost: it may have been restored from a backup that is older than
    /// they are. ``Payments/adopt(_:_:)`` takes them on record once a person has agreed.
    public let lost: [LostPurchase]
    /// How many orders are not ours: others may sell through the same account at the provider.
    public let foreignCount: Int
    /// Purchases that have credits, and that the provider didn't tell of; of the latest thousand.
    public let absent: [Purchase.Record]
    /// What the provider lists and nobody can read. Those that name a purchase on record are ``unreadableOnRecord``.
    public let unreadable: [UnreadableObject]
    /// What nobody can read of purchases on record: a person has to look at it.
    public let unreadableOnRecord: [UnreadableObject]
    /// What there is to learn, an order each.
    let news: [[Purchase.Event]]

    /// Whether everything is on record as it is.
    public var isClean: Bool {
        differences.isEmpty && lost.isEmpty && absent.isEmpty && unreadableOnRecord.isEmpty
    }
}

/// A purchase that its provider knows and the ledger doesn't.
public struct LostPurchase: Sendable {
    /// As it was recorded when its checkout was opened: the provider kept that beside the order.
    public let purchase: Purchase
    /// The provider's id of the checkout. Only who has the provider's key can open one.
    public let checkout: String
    /// What it is worth by what the provider tells now.
    public let position: Purchase.Position
    let events: [Purchase.Event]
    /// Since when the provider was asked: all that is known of when the checkout was opened.
    let since: Timestamp

    /// Nil where the order was not opened by Faregate, or nobody ever paid it.
    init?(_ order: ToldOrder, since: Timestamp) {
        guard
            let checkout = order.names.checkout,
            let purchase = order.events.lazy.compactMap(\.described).first, purchase.id.rawValue == order.names.purchase
        else { return nil }
        let position = Purchase.Position(of: purchase, given: order.events.map(\.fact))
        guard ![.opened, .failed, .expired].contains(position.status) else { return nil }
        (self.purchase, self.checkout, self.position, events) = (purchase, checkout, position, order.events)
        self.since = since
    }
}

/// Facts that are of one order since they share names that only the provider gives. Our own id is none of those: a customer
/// can write that of another order into a payment link.
struct ToldOrder {
    var events: [Purchase.Event] = []

    var names: Purchase.Names {
        Purchase.Names(
            purchase: events.lazy.compactMap(\.names.purchase).first,
            checkout: events.lazy.compactMap(\.names.checkout).first,
            payments: Set(events.flatMap(\.names.payments)).sorted()
        )
    }

    /// Sorts facts into orders, in the order in which those came up.
    static func orders(in events: [Purchase.Event]) -> [ToldOrder] {
        var orders: [ToldOrder] = []
        var places: [PurchaseName: Int] = [:]
        for event in events {
            let names = event.names.ofOrder
            let found = Set(names.compactMap { places[$0] }).sorted()
            let place = found.first ?? orders.count
            if found.isEmpty { orders.append(ToldOrder()) }
            for other in found.dropFirst() {
                let moved = orders[other].events
                orders[other].events = []
                orders[place].events += moved
                for name in moved.flatMap(\.names.ofOrder) { places[name] = place }
            }
            orders[place].events.append(event)
            for name in names { places[name] = place }
        }
        return orders.filter { !$0.events.isEmpty }
    }
}

/// A name of an order, and of which kind it is.
enum PurchaseName: Hashable {
    case purchase(String)
    case checkout(String)
    case payment(String)
}

extension Purchase.Names {
    var all: [PurchaseName] {
        [purchase.map(PurchaseName.purchase), checkout.map(PurchaseName.checkout)].compactMap(\.self)
            + payments.map(PurchaseName.payment)
    }

    /// Those by which facts are of one order: what only the provider gives, or our own id where there is nothing else.
    fileprivate var ofOrder: [PurchaseName] {
        let given = all.filter { if case .purchase = $0 { false } else { true } }
        return given.isEmpty ? all : given
    }
}
