package import Faregate

extension SQLLedger {
    /// Finds purchases by their own id, by any id that a provider gave (checkout, payment, refund, dispute, event,
    /// customer), or by the payer's e-mail address; latest first. Reads all facts and payers.
    package func findPurchases(_ word: String, count: Int) async throws(LedgerError) -> [Purchase.Record] {
        try await read { database throws(SQLError) in
            let found = try database.purchases(
                """
                WHERE purchases.order_id IN (
                    SELECT order_id FROM purchases WHERE name = ?1 OR checkout = ?1
                    UNION ALL SELECT order_id FROM order_names WHERE name = ?1
                    UNION ALL SELECT order_id FROM facts
                        WHERE json_extract(fact, '$.id') = ?1 OR json_extract(fact, '$.payment') = ?1
                            OR json_extract(fact, '$.movement') = ?1
                    UNION ALL SELECT order_id FROM billing WHERE lower(json_extract(details, '$.email')) = lower(?1)
                    UNION ALL SELECT event_orders.order_id FROM inbox JOIN event_orders ON inbox_id = inbox.id
                        WHERE event = ?1
                    UNION ALL SELECT order_id FROM customers JOIN purchases ON purchases.account_id = customers.account_id
                        AND purchases.provider = customers.provider WHERE customer = ?1)
                ORDER BY purchases.opened_at DESC, purchases.id DESC LIMIT ?2
                """,
                word, Int64(count)
            )
            var records: [Purchase.Record] = []
            for purchase in found { records.append(try database.record(of: purchase)) }
            return records
        }
    }
}
