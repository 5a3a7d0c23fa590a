import Faregate

extension Database {
    /// When the next of an account's open checkouts closes, where it has as many as it may have, of which nobody has
    /// said that they were paid; nil where there is room for one more.
    func nextClosing(ofOpenCheckoutsOf account: Int64, at now: Timestamp) throws(SQLiteError) -> Timestamp? {
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
    /// How many purchases or orders a step of housekeeping deletes at most, with all that was said of them.
    static let orderStep = 50

    /// Deletes purchases that nobody paid, long after their checkout was opened. One of which a flagged event speaks
    /// stays until somebody has looked at that.
    ///
    /// - Returns: the number of deleted keys.
    func deleteUnpaidPurchases(at now: Timestamp) throws(SQLiteError) -> Int {
        try erasing { () throws(SQLiteError) in
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
                // Nobody could forget those any more.
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

    /// Deletes orders that never had a purchase, long after they were last heard of.
    ///
    /// - Returns: the number of deleted keys.
    func deleteUnknownOrders(at now: Timestamp) throws(SQLiteError) -> Int {
        try erasing { () throws(SQLiteError) in
            let orders = try database.rows(
                "SELECT id FROM orders WHERE unknown AND seen_at <= ?1 ORDER BY seen_at LIMIT ?2",
                now.advanced(byMilliseconds: -Purchase.Retention.notOursMilliseconds), Int64(Books.orderStep)
            ) { $0.integer(0) }
            for order in orders { try deleteOrder(order) }
            return orders.count
        }
    }

    /// Deletes events that are not ours, long after they last came.
    ///
    /// - Returns: the number of deleted keys.
    func deleteForeignEvents(at now: Timestamp) throws(SQLiteError) -> Int {
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

    /// With the orders that were merged into it, and all that was said of it. Nobody could find the bodies of its events by it any more.
    private func deleteOrder(_ order: Int64) throws(SQLiteError) {
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
