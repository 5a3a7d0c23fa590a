import Faregate

extension SQLConnection {
    /// The next closing time of an account's open checkouts, if it has as many unpaid ones as allowed;
    /// nil if there is room for one more.
    func nextClosing(ofOpenCheckoutsOf account: Int64, at now: Timestamp) throws(SQLError) -> Timestamp? {
        let open = try first(
            """
            SELECT count(*), min(open_until) FROM purchases
            WHERE unpaid AND account_id = ?1 AND open_until > ?2
                AND NOT EXISTS (SELECT 1 FROM facts WHERE facts.order_id = purchases.order_id AND fact = ?3)
            """,
            account, now, json(Purchase.Fact.expired)
        ) { (count: $0.integer(0), closesAt: $0.optionalInteger(1)) }
        guard let open, open.count >= Purchase.OpenCheckoutLimit.perAccount else { return nil }
        return open.closesAt.map(Timestamp.init)
    }
}

extension Books {
    /// The most purchases or orders that a step of housekeeping deletes, with their facts.
    static let orderStep = 50

    /// Deletes unpaid purchases, long after their checkout was opened. A purchase with a pending or flagged event stays
    /// until the event is processed or reviewed.
    ///
    /// - Returns: the number of deleted purchases.
    func deleteUnpaidPurchases(at now: Timestamp) throws(SQLError) -> Int {
        try database.erasing { () throws(SQLError) in
            let purchases = try database.rows(
                """
                SELECT id, order_id FROM purchases
                WHERE unpaid AND opened_at <= ?1 AND open_until <= ?2 AND NOT EXISTS (
                    SELECT 1 FROM event_orders JOIN inbox ON inbox.id = inbox_id
                    WHERE event_orders.order_id = purchases.order_id AND +state IN ('pending', 'flagged'))
                ORDER BY opened_at LIMIT ?3
                """,
                now.advanced(byMilliseconds: -Purchase.Retention.unpaidMilliseconds), now, Int64(Books.orderStep)
            ) { (id: $0.integer(0), order: $0.integer(1)) }
            for (id, order) in purchases {
                // Without the purchase, `forget` could no longer find these.
                try database.run(
                    """
                    DELETE FROM billing WHERE order_id IN (
                        SELECT orders.id FROM purchases JOIN orders ON orders.provider = purchases.provider AND hint = name
                        WHERE purchases.id = ?1)
                    """,
                    id
                )
                try database.run("DELETE FROM purchases WHERE id = ?1", id)
                try deleteOrder(order)
            }
            return purchases.count
        }
    }

    /// Deletes orders without a purchase, long after the latest event about them.
    ///
    /// - Returns: the number of deleted orders.
    func deleteUnknownOrders(at now: Timestamp) throws(SQLError) -> Int {
        try database.erasing { () throws(SQLError) in
            let orders = try database.rows(
                "SELECT id FROM orders WHERE unknown AND seen_at <= ?1 ORDER BY seen_at LIMIT ?2",
                now.advanced(byMilliseconds: -Purchase.Retention.notOursMilliseconds), Int64(Books.orderStep)
            ) { $0.integer(0) }
            for order in orders { try deleteOrder(order) }
            return orders.count
        }
    }

    /// Deletes events that are not ours, long after their latest delivery.
    ///
    /// - Returns: the number of deleted events.
    func deleteForeignEvents(at now: Timestamp) throws(SQLError) -> Int {
        let events = try database.rows(
            "SELECT id FROM inbox WHERE state = 'not ours' AND acted_at <= ?1 ORDER BY acted_at LIMIT ?2",
            now.advanced(byMilliseconds: -Purchase.Retention.notOursMilliseconds), Int64(Books.pruningStep)
        ) { $0.integer(0) }
        for event in events {
            try database.run("DELETE FROM event_orders WHERE inbox_id = ?1", event)
            try database.run("DELETE FROM inbox WHERE id = ?1", event)
        }
        return events.count
    }

    /// Deletes an order with the orders that were merged into it and their facts. It also deletes the bodies of the
    /// order's events: without the order, `forget` could not find them.
    private func deleteOrder(_ order: Int64) throws(SQLError) {
        try database.run(
            """
            UPDATE inbox SET body = x''
            WHERE length(body) > 0 AND id IN (SELECT inbox_id FROM event_orders WHERE order_id = ?1)
            """,
            order
        )
        let merged = try database.rows("SELECT id FROM orders WHERE merged_into = ?1", order) { $0.integer(0) }
        for order in merged + [order] {
            try database.run("DELETE FROM event_orders WHERE order_id = ?1", order)
            try database.run("DELETE FROM billing WHERE order_id = ?1", order)
            try database.run("DELETE FROM order_names WHERE order_id = ?1", order)
            try database.run("DELETE FROM facts WHERE order_id = ?1", order)
            try database.run("DELETE FROM orders WHERE id = ?1", order)
        }
    }
}
