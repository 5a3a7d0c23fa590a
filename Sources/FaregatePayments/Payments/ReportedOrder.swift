import Faregate

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
