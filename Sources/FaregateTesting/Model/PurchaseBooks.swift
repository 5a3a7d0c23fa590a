import Faregate
import Foundation

/// Orders and the inbox. An order is a set of facts that share names, and the purchase that they turned out to be of.
struct PurchaseBooks {
    struct Order {
        var purchase: Purchase?
        var open: OpenCheckout?
        var names: Set<String> = []
        var facts: Set<PurchaseFact> = []
        var billing: BillingDetails?
        var openedAt: Timestamp
        var paidAt: Timestamp?
    }

    var orders: [Int: Order] = [:]
    var inbox: [InboxEntry] = []
    private var count = 0

    mutating func record(_ purchase: Purchase, at now: Timestamp) {
        guard number(of: purchase.id) == nil else { return }
        count += 1
        orders[count] = Order(purchase: purchase, openedAt: now)
    }

    mutating func attach(_ checkout: OpenCheckout, to purchase: PurchaseID) {
        guard let number = number(of: purchase), let provider = orders[number]?.purchase?.provider else { return }
        orders[number]?.open = checkout
        let names = orders[number]?.names.union(["\(provider) checkout \(checkout.id)"]) ?? []
        orders[number]?.names = names
        // What came before its checkout was known.
        let strays = orders.filter { $0.value.purchase == nil && !$0.value.names.isDisjoint(with: names) }
        for stray in strays.keys { merge(stray, into: number) }
    }

    func number(of purchase: PurchaseID) -> Int? { orders.first { $0.value.purchase?.id == purchase }?.key }

    mutating func receive(_ event: InboxEvent, _ reading: InboxReading, at now: Timestamp) -> InboxReceipt {
        let index = inbox.firstIndex { $0.event.id == event.id }
        if let index, inbox[index].state == .done {
            inbox[index] = InboxEntry(inbox[index], deliveries: inbox[index].deliveries + 1)
            return .repeated
        }
        let receipt: InboxReceipt
        switch reading {
        case .nothing: receipt = .done([])
        case .unreadable(let reason): receipt = .flagged(reason)
        case .facts(let events):
            let changes = learn(events, of: event.id.provider, at: now)
            let isStray = changes.contains { $0.purchase == nil }
            receipt = isStray ? .flagged("no purchase on record has any of its names") : .done(changes)
        }
        let entry = InboxEntry(event, receipt, after: index.map { inbox[$0] }, at: now)
        if let index { inbox[index] = entry } else { inbox.append(entry) }
        return receipt
    }

    /// - Returns: the orders that learned something new, each once. What belongs to no purchase is one without.
    mutating func learn(_ events: [PurchaseEvent], of provider: String, at now: Timestamp) -> [PurchaseChange] {
        var changes: [Int: PurchaseChange] = [:]
        for event in events {
            guard (try? event.check()) != nil, let number = order(of: event.names, of: provider, at: now) else {
                changes[0] = PurchaseChange(purchase: nil, account: nil, before: nil, after: nil, debt: .zero)
                continue
            }
            let known = orders[number]?.billing
            orders[number]?.billing = event.billing?.completed(by: known) ?? known
            guard let change = add([event.fact], to: number, at: now) else { continue }
            let before = changes[number]?.before ?? change.before
            changes[number] = PurchaseChange(
                purchase: change.purchase,
                account: change.account,
                before: before,
                after: change.after,
                debt: .zero
            )
        }
        return changes.sorted { $0.key < $1.key }.map(\.value)
    }

    /// - Returns: nil when it knew all of it.
    mutating func add(_ facts: Set<PurchaseFact>, to number: Int, at now: Timestamp) -> PurchaseChange? {
        guard var order = orders[number], !facts.isSubset(of: order.facts) else { return nil }
        let before = order.position
        order.facts.formUnion(facts)
        if order.paidAt == nil, facts.contains(where: \.isPaid) { order.paidAt = now }
        orders[number] = order
        return PurchaseChange(
            purchase: order.purchase?.id,
            account: order.purchase?.account,
            before: before,
            after: order.position,
            debt: .zero
        )
    }
}

extension PurchaseBooks {
    /// Finds the order by its checkout and payments; by our own id only where those are of no purchase that is known, and
    /// the purchase has no other checkout.
    ///
    /// - Returns: nil where the names are those of two purchases, or there are none.
    private mutating func order(of names: PurchaseNames, of provider: String, at now: Timestamp) -> Int? {
        let all = Set(
            [names.checkout.map { "\(provider) checkout \($0)" }].compactMap(\.self)
                + names.payments.map { "\(provider) payment \($0)" }
        )
        let found = orders.filter { !$0.value.names.isDisjoint(with: all) }.keys.sorted()
        let sold = found.filter { orders[$0]?.purchase != nil }
        guard sold.count < 2 else { return nil }
        var number = sold.first ?? hinted(names, of: provider) ?? found.first
        if number == nil, !all.isEmpty {
            count += 1
            orders[count] = Order(openedAt: now)
            number = count
        }
        guard let number else { return nil }
        for other in found where other != number { merge(other, into: number) }
        orders[number]?.names.formUnion(all)
        return number
    }

    private func hinted(_ names: PurchaseNames, of provider: String) -> Int? {
        guard
            let number = orders.first(where: { $0.value.purchase?.id.rawValue == names.purchase })?.key,
            let order = orders[number], let purchase = order.purchase, purchase.provider == provider
        else { return nil }
        return names.checkout == nil || order.open == nil || order.open?.id == names.checkout ? number : nil
    }

    private mutating func merge(_ stray: Int, into number: Int) {
        guard let other = orders.removeValue(forKey: stray), var order = orders[number] else { return }
        order.names.formUnion(other.names)
        order.facts.formUnion(other.facts)
        order.billing = order.billing?.completed(by: other.billing) ?? other.billing
        order.paidAt = [order.paidAt, other.paidAt].compactMap(\.self).min()
        orders[number] = order
    }
}

extension PurchaseBooks.Order {
    var position: PurchasePosition? { purchase.map { PurchasePosition(of: $0, given: facts) } }

    var asRecord: PurchaseRecord? {
        guard let purchase, let position else { return nil }
        return PurchaseRecord(
            purchase: purchase,
            checkout: open?.id,
            position: position,
            facts: facts.sorted { "\($0)" < "\($1)" },
            billing: billing,
            openedAt: openedAt,
            paidAt: paidAt
        )
    }
}

extension PurchaseFact {
    fileprivate var isPaid: Bool {
        if case .paid = self { return true }
        return false
    }
}

extension BillingDetails {
    /// What this one doesn't tell, as the other one does.
    fileprivate func completed(by other: BillingDetails?) -> BillingDetails {
        BillingDetails(
            name: name ?? other?.name,
            email: email ?? other?.email,
            address: address.isEmpty ? other?.address ?? [] : address,
            receipt: receipt ?? other?.receipt
        )
    }
}

extension InboxEntry {
    fileprivate init(_ event: InboxEvent, _ receipt: InboxReceipt, after earlier: InboxEntry?, at now: Timestamp) {
        let (state, note): (InboxState, String?) =
            switch receipt {
            case .done, .repeated: (.done, nil)
            case .flagged(let reason): (.flagged, reason)
            case .postponed(let reason, _): (.pending, reason)
            }
        self.init(
            event: event,
            state: state,
            note: note,
            deliveries: (earlier?.deliveries ?? 0) + 1,
            attempts: (earlier?.attempts ?? 0) + 1,
            receivedAt: earlier?.receivedAt ?? now,
            retryAt: nil
        )
    }

    fileprivate init(_ entry: InboxEntry, deliveries: Int) {
        self.init(
            event: entry.event,
            state: entry.state,
            note: entry.note,
            deliveries: deliveries,
            attempts: entry.attempts,
            receivedAt: entry.receivedAt,
            retryAt: entry.retryAt
        )
    }
}
