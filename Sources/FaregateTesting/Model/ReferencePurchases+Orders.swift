import Faregate

/// Finds the order that an event belongs to.
extension ReferencePurchases {
    private enum Found {
        case purchase(Int, others: [Int])
        case unknown([Int])
        case contradiction([Int])
    }

    mutating func record(
        _ event: Purchase.Event,
        of provider: String,
        keepsUnknown: Bool,
        at now: Timestamp
    ) -> Outcome {
        var fault: String?
        do throws(InvalidInput) { try event.check() } catch { fault = error.description }
        switch find(event.names, hint: event.hint, of: provider) {
        case .contradiction(let orders): return .refused(Inbox.Note.contradiction, orders: orders)
        case .unknown(let found):
            let names = names(event.names, of: provider)
            guard keepsUnknown, fault == nil, !names.isEmpty else { return .ofUnknown(nil) }
            let number = found.first ?? newOrder(at: now)
            for other in found.dropFirst() { merge(other, into: number) }
            orders[number]?.names.formUnion(names)
            note(number, event, of: provider, at: now)
            _ = add(event.fact, to: number, at: now)
            return .ofUnknown(number)
        case .purchase(let number, let others):
            if let fault { return .refused(fault, orders: [number]) }
            return .ofPurchase(number, add(event, to: number, with: others, of: provider, at: now))
        }
    }

    private mutating func add(
        _ event: Purchase.Event,
        to number: Int,
        with others: [Int],
        of provider: String,
        at now: Timestamp
    ) -> Purchase.Change? {
        let before = orders[number]?.position
        for other in others { merge(other, into: number) }
        let names = names(event.names, of: provider)
        orders[number]?.names.formUnion(names)
        if let checkout = event.names.checkout, orders[number]?.checkout == nil { orders[number]?.checkout = checkout }
        orders[number]?.add(event.billing)
        let change = add(event.fact, to: number, at: now)
        settleEvents(of: number, at: now)
        guard let purchase = orders[number]?.purchase, let after = change?.after ?? orders[number]?.position,
            before != after
        else { return nil }
        return Purchase.Change(
            purchase: purchase.id,
            account: purchase.account,
            before: before,
            after: after,
            debt: .zero
        )
    }

    /// The orders of recorded purchases that have one of these ids.
    func orders(named names: Purchase.Names, of provider: String) -> [Int] {
        switch find(names, hint: names.purchase, of: provider) {
        case .purchase(let number, _): [number]
        case .contradiction(let orders): orders
        case .unknown: []
        }
    }

    /// Matches by checkout and payments. Our own id matches only if the other ids belong to no recorded purchase, and
    /// the purchase has no other checkout.
    private func find(_ names: Purchase.Names, hint: String?, of provider: String) -> Found {
        let all = self.names(names, of: provider)
        let found = orders.filter { !$0.value.names.isDisjoint(with: all) }.keys.sorted()
        let sold = found.filter { orders[$0]?.purchase != nil }
        guard sold.count < 2 else { return .contradiction(sold) }
        if let number = sold.first ?? fitting(hint, names, of: provider) {
            return .purchase(number, others: found.filter { $0 != number })
        }
        return .unknown(found)
    }

    /// The purchases that have any of the ids, and the purchase that the hint refers to.
    func purchases(named names: Purchase.Names, of provider: String) -> [Purchase.Record] {
        let all = self.names(names, of: provider)
        let hinted = hinted(names.purchase, of: provider)
        return orders.sorted { $0.key < $1.key }.filter { $0.key == hinted || !$0.value.names.isDisjoint(with: all) }
            .compactMap(\.value.asRecord)
    }

    private func names(_ names: Purchase.Names, of provider: String) -> Set<ExactText> {
        let checkout = names.checkout.map { "\(provider) checkout \($0)" }
        let payments = names.payments.map { "\(provider) payment \($0)" }
        return Set(([checkout].compactMap(\.self) + payments).map(ExactText.init))
    }

    private func fitting(_ hint: String?, _ names: Purchase.Names, of provider: String) -> Int? {
        guard let number = hinted(hint, of: provider), let order = orders[number] else { return nil }
        return order.checkout == nil || order.checkout == names.checkout ? number : nil
    }

    /// The recorded purchase that a hint refers to, even if it has another checkout.
    private func hinted(_ hint: String?, of provider: String) -> Int? {
        guard let hint = hint.map(ExactText.init) else { return nil }
        return orders.first { _, order in
            order.purchase.map { ExactText($0.id.rawValue) == hint && $0.provider == provider } ?? false
        }?.key
    }

    /// Records an event of an order without a purchase. The payer's details are stored only if the metadata has the id
    /// of a recorded purchase, because only then can they be deleted with the purchase's account.
    private mutating func note(_ number: Int, _ event: Purchase.Event, of provider: String, at now: Timestamp) {
        let seenAt = max(orders[number]?.seenAt ?? now, now)
        orders[number]?.seenAt = seenAt
        guard event.billing != nil, let hinted = hinted(event.names.purchase, of: provider),
            let purchase = orders[hinted], !purchase.isForgotten
        else { return }
        let own = orders[number]?.hint ?? purchase.purchase?.id
        orders[number]?.hint = own
        if own == purchase.purchase?.id { orders[number]?.add(event.billing) }
    }

    mutating func merge(_ stray: Int, into number: Int) {
        guard let other = orders.removeValue(forKey: stray), var order = orders[number] else { return }
        order.names.formUnion(other.names)
        order.facts.formUnion(other.facts)
        if order.purchase == nil, order.hint == nil { order.hint = other.hint }
        if order.purchase != nil || order.hint != nil && order.hint == other.hint { order.add(other.billing) }
        for (event, orders) in ordersOfEvent where orders.contains(stray) {
            ordersOfEvent[event] = orders.subtracting([stray]).union([number])
        }
        order.paidAt = [order.paidAt, other.paidAt].compactMap(\.self).min()
        orders[number] = order
    }

    /// Marks the events of an order as done once it belongs to a purchase.
    mutating func settleEvents(of number: Int, at now: Timestamp) {
        for index in inbox.indices where inbox[index].state == .notOurs {
            let id = inbox[index].event.id
            guard ordersOfEvent[id]?.contains(number) == true else { continue }
            inbox[index].settle()
            actedAt[id] = now
        }
    }
}

extension ReferencePurchases.Order {
    /// The latest value counts, field by field.
    mutating func add(_ details: Purchase.BillingDetails?) {
        guard let details, !isForgotten else { return }
        billing = Purchase.BillingDetails(
            name: details.name ?? billing?.name,
            email: details.email ?? billing?.email,
            address: details.address.isEmpty ? billing?.address ?? [] : details.address,
            receipt: details.receipt ?? billing?.receipt
        )
    }
}
