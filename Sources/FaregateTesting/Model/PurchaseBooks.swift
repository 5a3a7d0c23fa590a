import Faregate
import Foundation

/// Orders and the inbox. An order is a set of facts that share names, and the purchase that they turned out to be of.
struct PurchaseBooks {
    struct Order {
        var purchase: Purchase?
        var open: OpenCheckout?
        var checkout: String?
        var names: Set<ExactText> = []
        var facts: Set<PurchaseFact> = []
        var billing: BillingDetails?
        var openedAt: Timestamp
        var paidAt: Timestamp?
    }

    var orders: [Int: Order] = [:]
    var inbox: [InboxEntry] = []
    private var count = 0
    /// Which orders an event spoke of.
    private var spokenOf: [InboxEventID: Set<Int>] = [:]

    private static let unknownOrder = "no purchase on record has any of its names"

    mutating func record(_ purchase: Purchase, at now: Timestamp) {
        guard number(of: purchase.id) == nil else { return }
        count += 1
        orders[count] = Order(purchase: purchase, openedAt: now)
    }

    func openCheckout(
        of account: AccountID,
        _ provider: String,
        _ key: String,
        besides own: PurchaseID? = nil,
        at now: Timestamp
    ) -> OpenCheckout? {
        orders.sorted { $0.key > $1.key }.lazy.map(\.value).filter { order in
            order.purchase?.account == account && order.purchase?.provider == provider
                && order.purchase?.requestKey.map(ExactText.init) == ExactText(key) && order.purchase?.id != own
                && order.position?.status == .opened
        }.compactMap(\.open).first { $0.expiresAt.map { $0 > now } ?? true }
    }

    /// - Returns: false where there is no such purchase, or it has another checkout, or the checkout is another one's.
    mutating func attach(_ checkout: OpenCheckout, to purchase: PurchaseID) -> Bool {
        guard let number = number(of: purchase), let order = orders[number], let sold = order.purchase,
            order.checkout == nil || order.checkout == checkout.id
        else { return false }
        let name = ExactText("\(sold.provider) checkout \(checkout.id)")
        let others = orders.filter { $0.key != number && $0.value.names.contains(name) }
        guard others.allSatisfy({ $0.value.purchase == nil }) else { return false }
        orders[number]?.open = checkout
        orders[number]?.checkout = checkout.id
        orders[number]?.names.insert(name)
        // What came before its checkout was known.
        for other in others.keys { merge(other, into: number) }
        settleFlagged()
        return true
    }

    func number(of purchase: PurchaseID) -> Int? { orders.first { $0.value.purchase?.id == purchase }?.key }

    mutating func receive(_ event: InboxEvent, _ reading: InboxReading, at now: Timestamp) -> InboxReceipt {
        let index = inbox.firstIndex { $0.event.id == event.id }
        guard let index else {
            inbox.append(InboxEntry(event, at: now))
            return act(on: inbox.count - 1, reading, at: now)
        }
        inbox[index].deliver()
        return act(on: index, reading, at: now)
    }

    mutating func retry(_ event: InboxEventID, _ reading: InboxReading, at now: Timestamp) -> InboxReceipt? {
        inbox.firstIndex { $0.event.id == event }.map { act(on: $0, reading, at: now) }
    }

    private mutating func act(on index: Int, _ reading: InboxReading, at now: Timestamp) -> InboxReceipt {
        guard inbox[index].state != .done else { return .repeated }
        let receipt: InboxReceipt
        switch reading {
        case .nothing: receipt = .done([])
        case .unreadable(let reason): receipt = .flagged(reason)
        case .facts(let events):
            let id = inbox[index].event.id
            let (orders, changes) = take(events, of: id.provider, at: now)
            spokenOf[id, default: []].formUnion(orders.compactMap(\.self))
            let isStray = orders.contains { $0.flatMap { self.orders[$0]?.purchase } == nil }
            receipt = isStray ? .flagged(PurchaseBooks.unknownOrder) : .done(changes)
        }
        inbox[index].end(receipt)
        return receipt
    }

    /// - Returns: the orders that learned something new, each once. What belongs to no purchase is one without.
    mutating func learn(_ events: [PurchaseEvent], of provider: String, at now: Timestamp) -> [PurchaseChange] {
        take(events, of: provider, at: now).changes
    }

    /// - Returns: the order of each event, nil for one that can't be taken; and what changed.
    private mutating func take(
        _ events: [PurchaseEvent],
        of provider: String,
        at now: Timestamp
    ) -> (orders: [Int?], changes: [PurchaseChange]) {
        var orders: [Int?] = []
        var changes: [Int: PurchaseChange] = [:]
        for event in events {
            let number = (try? event.check()) == nil ? nil : order(of: event.names, of: provider, at: now)
            orders.append(number)
            guard let number else {
                changes[0] = PurchaseChange(purchase: nil, account: nil, before: nil, after: nil, debt: .zero)
                continue
            }
            if let checkout = event.names.checkout, self.orders[number]?.checkout == nil {
                self.orders[number]?.checkout = checkout
            }
            let known = self.orders[number]?.billing
            self.orders[number]?.billing = event.billing?.completed(by: known) ?? known
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
        settleFlagged()
        return (orders, changes.sorted { $0.key < $1.key }.map(\.value))
    }

    /// An order has come to be known: what waited for that is done.
    private mutating func settleFlagged() {
        for index in inbox.indices where inbox[index].note == PurchaseBooks.unknownOrder {
            let orders = spokenOf[inbox[index].event.id] ?? []
            if !orders.isEmpty, orders.allSatisfy({ self.orders[$0]?.purchase != nil }) { inbox[index].settle() }
        }
    }

    mutating func decide(
        _ decision: PurchaseDecision, of number: Int, at now: Timestamp
    ) throws(InvalidInput) -> PurchaseChange? {
        guard let order = orders[number], let position = order.position else { return nil }
        if let fact = try position.fact(for: decision), let change = add([fact], to: number, at: now) { return change }
        return PurchaseChange(
            purchase: order.purchase?.id,
            account: order.purchase?.account,
            before: position,
            after: position,
            debt: .zero
        )
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
        let checkout = names.checkout.map { "\(provider) checkout \($0)" }
        let payments = names.payments.map { "\(provider) payment \($0)" }
        let all = Set(([checkout].compactMap(\.self) + payments).map(ExactText.init))
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
            let hint = names.purchase.map(ExactText.init),
            let number = orders.first(where: { $0.value.purchase.map { ExactText($0.id.rawValue) } == hint })?.key,
            let order = orders[number], let purchase = order.purchase, purchase.provider == provider
        else { return nil }
        return names.checkout == nil || order.checkout == nil || order.checkout == names.checkout ? number : nil
    }

    private mutating func merge(_ stray: Int, into number: Int) {
        guard let other = orders.removeValue(forKey: stray), var order = orders[number] else { return }
        order.names.formUnion(other.names)
        order.facts.formUnion(other.facts)
        order.billing = other.billing?.completed(by: order.billing) ?? order.billing
        for (event, orders) in spokenOf where orders.contains(stray) {
            spokenOf[event] = orders.subtracting([stray]).union([number])
        }
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
            checkout: checkout,
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
