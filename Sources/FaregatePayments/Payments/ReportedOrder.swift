import Faregate

/// The events of one order. They are grouped by the provider's ids. Our own purchase id is used only if there is no
/// other id, because a customer can write another purchase's id into a payment link.
struct ReportedOrder {
    var events: [Purchase.Event] = []

    var names: Purchase.Names {
        Purchase.Names(
            purchase: events.lazy.compactMap(\.names.purchase).first,
            checkout: events.lazy.compactMap(\.names.checkout).first,
            payments: Set(events.flatMap(\.names.payments)).sorted()
        )
    }

    /// Groups events into orders, sorted by each order's first event.
    static func orders(in events: [Purchase.Event]) -> [ReportedOrder] {
        var orders: [ReportedOrder] = []
        var places: [PurchaseName: Int] = [:]
        for event in events {
            let names = event.names.ofOrder
            let found = Set(names.compactMap { places[$0] }).sorted()
            let place = found.first ?? orders.count
            if found.isEmpty { orders.append(ReportedOrder()) }
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

/// An id of an order, with its kind.
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

    /// The ids that identify an order: the provider's ids, or our own id if there is no other.
    fileprivate var ofOrder: [PurchaseName] {
        let given = all.filter { if case .purchase = $0 { false } else { true } }
        return given.isEmpty ? all : given
    }
}
