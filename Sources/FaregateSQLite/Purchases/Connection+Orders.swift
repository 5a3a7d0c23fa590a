import Faregate

/// Whose order a provider speaks of, as far as is known.
enum OrderOfNames {
    /// Of a recorded purchase; `others` are orders that turn out to be the same.
    case purchase(RecordedPurchase, others: [Int64])
    /// Of no purchase on record; nil where nobody has heard of it. `others` are orders that turn out to be the same.
    case unknown(Int64?, others: [Int64])
    /// Of two purchases: nobody guesses which.
    case contradiction
}

extension Connection {
    /// Finds the order that goes by these names.
    ///
    /// Our own id, handed back by the provider, is a hint: it is followed where no other name leads to a purchase, and the
    /// purchase has no other checkout. Who makes orders at the provider can write whatever he likes there.
    func order(named names: PurchaseNames, of provider: String) throws(SQLiteError) -> OrderOfNames {
        var orders: Set<Int64> = []
        for (kind, name) in names.all {
            if let order = try first(.orderNamed, provider, kind, name, read: { $0.integer(0) }) {
                orders.insert(order)
            }
        }
        var purchases: [RecordedPurchase] = []
        for order in orders {
            if let purchase = try purchase(ofOrder: order) { purchases.append(purchase) }
        }
        guard purchases.count < 2 else { return .contradiction }
        if purchases.isEmpty, let purchase = try hinted(names, of: provider) { purchases.append(purchase) }
        if let purchase = purchases.first {
            return .purchase(purchase, others: orders.filter { $0 != purchase.order }.sorted())
        }
        let sorted = orders.sorted()
        return .unknown(sorted.first, others: Array(sorted.dropFirst()))
    }

    private func hinted(_ names: PurchaseNames, of provider: String) throws(SQLiteError) -> RecordedPurchase? {
        guard let id = names.purchase.flatMap({ try? PurchaseID($0) }), let purchase = try purchase(id) else {
            return nil
        }
        let isSame = names.checkout == nil || purchase.checkout == nil || names.checkout == purchase.checkout
        return isSame && purchase.purchase.provider == provider ? purchase : nil
    }

    /// What is known of the others is known of that order from now on, and it goes by these names too.
    func unite(
        _ order: Int64,
        with others: [Int64],
        _ names: PurchaseNames,
        of provider: String
    ) throws(SQLiteError) {
        for other in others {
            try run(.moveNames, other, order)
            try run(.joinFacts, other, order)
            try run(.joinEvents, other, order)
            try keepBilling(try billing(of: other), of: order)
            try run(.dropBilling, other)
            try run(.joinOrder, other, order)
        }
        for (kind, name) in names.all { try run(.addName, provider, kind, name, order) }
    }

    func newOrder(of provider: String, at now: Timestamp) throws(SQLiteError) -> Int64 {
        try run(.addOrder, provider, now)
        return lastInsertedID
    }

    func billing(of order: Int64) throws(SQLiteError) -> BillingDetails? {
        try first(.billing, order) { $0.optionalText(0) }.flatMap(\.self)
            .flatMap { value(BillingDetails.self, fromJSON: $0) }
    }

    /// What was told last counts, field by field; what an event doesn't tell stays.
    func keepBilling(_ details: BillingDetails?, of order: Int64) throws(SQLiteError) {
        guard let details else { return }
        let known = try billing(of: order)
        let merged = BillingDetails(
            name: details.name ?? known?.name,
            email: details.email ?? known?.email,
            address: details.address.isEmpty ? known?.address ?? [] : details.address,
            receipt: details.receipt ?? known?.receipt
        )
        if merged != known { try run(.keepBilling, order, json(merged)) }
    }
}

extension PurchaseNames {
    /// Those that only the provider gives, with their kind in `order_names`.
    fileprivate var all: [(kind: String, name: String)] {
        [checkout].compactMap(\.self).map { ("checkout", $0) } + payments.map { ("payment", $0) }
    }
}
