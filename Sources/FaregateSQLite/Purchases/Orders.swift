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

extension Books {
    /// Finds the order that goes by these names.
    ///
    /// Our own id, handed back by the provider, is a hint: it is followed where no other name leads to a purchase, and the
    /// purchase has no other checkout. Whoever can make orders at the provider can write anything there.
    func order(named names: PurchaseNames, of provider: String) throws(SQLiteError) -> OrderOfNames {
        var orders: Set<Int64> = []
        for (kind, name) in names.all {
            if let order = try database.first(
                "SELECT order_id FROM order_names WHERE provider = ?1 AND kind = ?2 AND name = ?3",
                provider, kind, name, read: { $0.integer(0) }
            ) {
                orders.insert(order)
            }
        }
        var purchases: [RecordedPurchase] = []
        for order in orders {
            if let purchase = try database.purchase(ofOrder: order) { purchases.append(purchase) }
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
        guard let id = names.purchase.flatMap({ try? PurchaseID($0) }), let purchase = try database.purchase(id) else {
            return nil
        }
        let isSame = names.checkout == nil || purchase.checkout == nil || names.checkout == purchase.checkout
        return isSame && purchase.purchase.provider == provider ? purchase : nil
    }

    /// What is known of the others is known of that order from now on, and it goes by these names too.
    func merge(_ order: Int64, with others: [Int64], _ names: PurchaseNames, of provider: String) throws(SQLiteError) {
        for other in others {
            try database.run("UPDATE order_names SET order_id = ?2 WHERE order_id = ?1", other, order)
            try database.run(
                """
                INSERT INTO facts (order_id, fact, at) SELECT ?2, fact, at FROM facts WHERE order_id = ?1
                ON CONFLICT DO NOTHING
                """,
                other, order
            )
            try database.run(
                """
                INSERT INTO event_orders (inbox_id, order_id) SELECT inbox_id, ?2 FROM event_orders WHERE order_id = ?1
                ON CONFLICT DO NOTHING
                """,
                other, order
            )
            try addBilling(try database.billing(of: other), to: order)
            try database.run("DELETE FROM billing WHERE order_id = ?1", other)
            try database.run("UPDATE orders SET joined = ?2 WHERE id = ?1", other, order)
        }
        for (kind, name) in names.all {
            try database.run(
                "INSERT INTO order_names (provider, kind, name, order_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                provider, kind, name, order
            )
        }
    }

    func newOrder(of provider: String, at now: Timestamp) throws(SQLiteError) -> Int64 {
        try database.run("INSERT INTO orders (provider, seen_at) VALUES (?1, ?2)", provider, now)
        return database.lastInsertedID
    }

    /// What was told last counts, field by field; what an event doesn't tell stays.
    func addBilling(_ details: BillingDetails?, to order: Int64) throws(SQLiteError) {
        guard let details else { return }
        let known = try database.billing(of: order)
        let merged = BillingDetails(
            name: details.name ?? known?.name,
            email: details.email ?? known?.email,
            address: details.address.isEmpty ? known?.address ?? [] : details.address,
            receipt: details.receipt ?? known?.receipt
        )
        if merged != known {
            try database.run(
                """
                INSERT INTO billing (order_id, details) VALUES (?1, ?2)
                ON CONFLICT DO UPDATE SET details = excluded.details WHERE forgotten_at IS NULL
                """,
                order, json(merged)
            )
        }
    }
}

extension PurchaseNames {
    /// Those that only the provider gives, with their kind in `order_names`.
    fileprivate var all: [(kind: String, name: String)] {
        [checkout].compactMap(\.self).map { ("checkout", $0) } + payments.map { ("payment", $0) }
    }
}
