import Faregate

/// The owner of the order that a provider reports on.
enum OrderMatch {
    /// A recorded purchase; `others` are orders that turned out to be the same.
    case purchase(RecordedPurchase, others: [Int64])
    /// No recorded purchase; nil if the order is new. `others` are orders that turned out to be the same.
    case unknown(Int64?, others: [Int64])
    /// Several purchases with these orders: ambiguous.
    case contradiction([Int64])
}

extension Books {
    /// Finds the order with these names.
    ///
    /// - Parameter hint: the purchase id in the provider's metadata. It counts only if no other name leads to a
    ///   purchase and the purchase has no other checkout, because anybody who can create orders at the provider can
    ///   write anything there.
    func order(named names: Purchase.Names, hint: String?, of provider: String) throws(SQLError) -> OrderMatch {
        let orders = try database.orders(named: names, of: provider)
        var purchases: [RecordedPurchase] = []
        for order in orders {
            if let purchase = try database.purchase(ofOrder: order) { purchases.append(purchase) }
        }
        guard purchases.count < 2 else { return .contradiction(purchases.map(\.order).sorted()) }
        if purchases.isEmpty, let purchase = try hinted(hint, names, of: provider) { purchases.append(purchase) }
        if let purchase = purchases.first {
            return .purchase(purchase, others: orders.filter { $0 != purchase.order }.sorted())
        }
        let sorted = orders.sorted()
        return .unknown(sorted.first, others: Array(sorted.dropFirst()))
    }

    /// The purchase that a hint leads to.
    private func hinted(
        _ hint: String?, _ names: Purchase.Names, of provider: String
    ) throws(SQLError) -> RecordedPurchase? {
        guard let purchase = try database.purchase(hint: hint, of: provider) else { return nil }
        return purchase.checkout == nil || purchase.checkout == names.checkout ? purchase : nil
    }

    /// Merges the other orders into this one, with their facts and these names.
    func merge(_ order: Int64, with others: [Int64], _ names: Purchase.Names, of provider: String) throws(SQLError) {
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
            try mergeBilling(of: other, into: order)
            try database.run(
                "UPDATE orders SET merged_into = ?2, unknown = FALSE, hint = NULL WHERE id = ?1", other, order)
            try database.run("UPDATE orders SET merged_into = ?2 WHERE merged_into = ?1", other, order)
        }
        for (kind, name) in names.all {
            try database.run(
                "INSERT INTO order_names (provider, kind, name, order_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                provider, kind, name, order
            )
        }
    }

    /// - Parameter isUnknown: whether it belongs to no purchase.
    func newOrder(of provider: String, isUnknown: Bool, at now: Timestamp) throws(SQLError) -> Int64 {
        try database.insert(
            "INSERT INTO orders (provider, seen_at, unknown) VALUES (?1, ?2, ?3)", provider, now, isUnknown
        )
    }

    /// Updates an order that belongs to no purchase. Its payer is stored only if its metadata names a recorded
    /// purchase: then forgetting that purchase's account deletes it.
    func note(
        _ order: Int64, hint: String?, _ billing: Purchase.BillingDetails?, of provider: String, at now: Timestamp
    ) throws(SQLError) {
        try database.run("UPDATE orders SET seen_at = max(seen_at, ?2) WHERE id = ?1", order, now)
        guard let billing, let purchase = try database.purchase(hint: hint, of: provider),
            try !isForgotten(purchase.order)
        else { return }
        try database.run(
            "UPDATE orders SET hint = ?2 WHERE id = ?1 AND hint IS NULL", order, purchase.purchase.id.rawValue
        )
        if try self.hint(of: order) == purchase.purchase.id.rawValue { try addBilling(billing, to: order) }
    }

    private func hint(of order: Int64) throws(SQLError) -> String? {
        try database.first("SELECT hint FROM orders WHERE id = ?1", order) { $0.optionalText(0) }.flatMap(\.self)
    }

    private func isForgotten(_ order: Int64) throws(SQLError) -> Bool {
        try database.integer("SELECT count(*) FROM billing WHERE order_id = ?1 AND forgotten_at IS NOT NULL", order)
            == 1
    }

    /// Moves the payer of the merged order to this order if both are about the same purchase. Otherwise, for example if
    /// the two orders name different purchases, the payer is deleted.
    private func mergeBilling(of other: Int64, into order: Int64) throws(SQLError) {
        try database.run(
            """
            UPDATE orders SET hint = (SELECT hint FROM orders WHERE id = ?1) WHERE id = ?2 AND unknown AND hint IS NULL
            """,
            other, order
        )
        let hints = (own: try hint(of: order), other: try hint(of: other))
        let isSame =
            if hints.own == nil { try database.purchase(ofOrder: order) != nil } else { hints.own == hints.other }
        if isSame { try addBilling(try database.billing(of: other), to: order) }
        try database.run("DELETE FROM billing WHERE order_id = ?1", other)
    }

    /// Stores the latest value of each field; fields that this event lacks keep their values.
    func addBilling(_ details: Purchase.BillingDetails?, to order: Int64) throws(SQLError) {
        guard let details else { return }
        let known = try database.billing(of: order)
        let merged = Purchase.BillingDetails(
            name: details.name ?? known?.name,
            email: details.email ?? known?.email,
            address: details.address.isEmpty ? known?.address ?? [] : details.address,
            receipt: details.receipt ?? known?.receipt
        )
        if merged != known {
            try database.run(
                """
                INSERT INTO billing (order_id, details) VALUES (?1, ?2)
                ON CONFLICT (order_id) DO UPDATE SET details = excluded.details WHERE billing.forgotten_at IS NULL
                """,
                order, json(merged)
            )
        }
    }
}

extension SQLConnection {
    /// The orders with any of the names that the provider reported.
    func orders(named names: Purchase.Names, of provider: String) throws(SQLError) -> Set<Int64> {
        var orders: Set<Int64> = []
        for (kind, name) in names.all {
            if let order = try first(
                "SELECT order_id FROM order_names WHERE provider = ?1 AND kind = ?2 AND name = ?3",
                provider, kind, name, read: { $0.integer(0) }
            ) {
                orders.insert(order)
            }
        }
        return orders
    }
}

extension Purchase.Names {
    /// Whether it has a name that the provider assigned.
    var isKnownToProvider: Bool { checkout != nil || !payments.isEmpty }

    /// The names that the provider assigned, with their kind in `order_names`.
    fileprivate var all: [(kind: String, name: String)] {
        [checkout].compactMap(\.self).map { ("checkout", $0) } + payments.map { ("payment", $0) }
    }
}
