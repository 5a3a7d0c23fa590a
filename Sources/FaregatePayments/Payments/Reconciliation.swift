public import Faregate

/// What a provider knows, held against what is on record.
public struct Reconciliation: Sendable {
    public let provider: String
    public let since: Timestamp
    /// How many orders the provider told of.
    public let orderCount: Int
    /// Purchases that stand otherwise than was on record, and how.
    public let differences: [PurchaseChange]
    /// Orders at the provider that none of our purchases is of: by what the provider knows them.
    public let unknown: [PurchaseNames]
    /// Purchases that have credits, and that the provider didn't tell of; of the latest thousand.
    public let absent: [PurchaseRecord]
    /// What there is to learn, an order each.
    let news: [[PurchaseEvent]]

    /// Whether everything is on record as it is.
    public var isClean: Bool { differences.isEmpty && unknown.isEmpty && absent.isEmpty }
}

/// Facts that are of one order since they share names.
struct ToldOrder {
    var events: [PurchaseEvent] = []

    var names: PurchaseNames {
        PurchaseNames(
            purchase: events.lazy.compactMap(\.names.purchase).first,
            checkout: events.lazy.compactMap(\.names.checkout).first,
            payments: Set(events.flatMap(\.names.payments)).sorted()
        )
    }

    /// Sorts facts into orders, in the order in which those came up.
    static func orders(in events: [PurchaseEvent]) -> [ToldOrder] {
        var orders: [ToldOrder] = []
        var places: [PurchaseName: Int] = [:]
        for event in events {
            let names = event.names.all
            let found = Set(names.compactMap { places[$0] }).sorted()
            let place = found.first ?? orders.count
            if found.isEmpty { orders.append(ToldOrder()) }
            for other in found.dropFirst() {
                let moved = orders[other].events
                orders[other].events = []
                orders[place].events += moved
                for name in moved.flatMap(\.names.all) { places[name] = place }
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

extension PurchaseNames {
    var all: [PurchaseName] {
        [purchase.map(PurchaseName.purchase), checkout.map(PurchaseName.checkout)].compactMap(\.self)
            + payments.map(PurchaseName.payment)
    }
}
