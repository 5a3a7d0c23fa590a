import Faregate

/// The deletion of outdated data.
extension ReferencePurchases {
    mutating func performHousekeeping(at now: Timestamp) {
        let foreign = now.advanced(byMilliseconds: -Purchase.Retention.notOursMilliseconds)
        emptyBodies(at: now)
        for entry in inbox where entry.state == .notOurs {
            guard let actedAt = actedAt[entry.event.id], actedAt <= foreign else { continue }
            ordersOfEvent[entry.event.id] = nil
            self.actedAt[entry.event.id] = nil
            inbox.removeAll { $0.event.id == entry.event.id }
        }
        for (number, order) in orders where order.purchase == nil && order.seenAt <= foreign { delete(number) }
        let unpaid = now.advanced(byMilliseconds: -Purchase.Retention.unpaidMilliseconds)
        for (number, order) in orders where order.isUnpaid && order.openedAt <= unpaid && order.openUntil <= now {
            let events = inbox.filter { ordersOfEvent[$0.event.id]?.contains(number) ?? false }
            if events.allSatisfy({ [.done, .notOurs].contains($0.state) }) { delete(number) }
        }
    }

    private mutating func emptyBodies(at now: Timestamp) {
        let long = now.advanced(byMilliseconds: -Purchase.Retention.bodyMilliseconds)
        for index in inbox.indices {
            let isLong =
                switch inbox[index].state {
                case .done: actedAt[inbox[index].event.id].map { $0 < long } ?? false
                case .flagged: inbox[index].receivedAt < long
                case .pending, .notOurs: false
                }
            if isLong { inbox[index].emptyBody() }
        }
    }

    private mutating func delete(_ number: Int) {
        if let purchase = orders.removeValue(forKey: number)?.purchase {
            // Without a purchase, `forget` would never find these payers.
            for (other, order) in orders where order.hint == purchase.id { orders[other]?.billing = nil }
        }
        for index in inbox.indices where ordersOfEvent[inbox[index].event.id]?.remove(number) != nil {
            inbox[index].emptyBody()
        }
    }

    /// - Returns: nil if the account is unknown.
    mutating func forget(_ account: AccountID) -> Purchase.ForgottenDetails? {
        guard markForgotten(account) else { return nil }
        let known = orders.filter { $0.value.purchase?.account == account }
        let customers = customers.removeValue(forKey: account) ?? [:]
        for number in known.keys {
            orders[number]?.billing = nil
            orders[number]?.isForgotten = true
        }
        let purchases = Set(known.values.compactMap(\.purchase?.id))
        for (number, order) in orders where order.hint.map(purchases.contains) == true { orders[number]?.billing = nil }
        for index in inbox.indices {
            let spoken = ordersOfEvent[inbox[index].event.id] ?? []
            if !spoken.isDisjoint(with: known.keys) { inbox[index].emptyBody() }
        }
        return Purchase.ForgottenDetails(
            purchases: known.values.count { $0.billing != nil },
            customers: customers.sorted { $0.key < $1.key }.map {
                Purchase.ProviderCustomer(provider: $0.key, customer: $0.value)
            }
        )
    }
}
