extension AuditCheck {
    /// The net amount that a purchase has granted is the sum of its journal lines, all of its own account.
    static let purchases = AuditCheck(
        step: "purchases",
        sql: """
            WITH line AS MATERIALIZED (
                SELECT purchase_id, sum(iif(kind = 'expire', 0, credits - debt)) AS position,
                    min(journal.account_id) AS first_account, max(journal.account_id) AS last_account
                FROM purchase_entries JOIN journal ON journal.id = entry GROUP BY purchase_id)
            SELECT 'net grant', \(AuditName.purchase("purchases.id")),
                \(text("coalesce(line.position, 0)")) || ' by its entries',
                \(text("purchases.position")), 'purchase', \(text("purchases.id"))
            FROM purchases LEFT JOIN line ON line.purchase_id = purchases.id
            WHERE purchases.position <> coalesce(line.position, 0)
            UNION ALL
            SELECT 'account of its entries', \(AuditName.purchase("purchases.id")), \(AuditName.account("purchases.account_id")),
                \(AuditName.account("iif(first_account <> purchases.account_id, first_account, last_account)")), NULL, NULL
            FROM purchases JOIN line ON line.purchase_id = purchases.id
            WHERE first_account <> account_id OR last_account <> account_id
            UNION ALL
            SELECT 'cause', 'entry ' || journal.id || ' of ' || \(AuditName.account("journal.account_id")),
                'a purchase or a withdrawal', 'none', NULL, NULL
            FROM journal
            WHERE (kind = 'reverse' OR kind = 'debt' AND charge_id IS NULL OR kind = 'expire' AND credits > 0)
                AND NOT EXISTS (SELECT 1 FROM purchase_entries WHERE entry = journal.id)
                AND NOT EXISTS (SELECT 1 FROM withdrawal_entries WHERE entry = journal.id)
            """
    )

    /// The order of a purchase can be found by the purchase's checkout id. An order that was merged into another has no
    /// names, and the other order has all its facts. An order that has no purchase and was not merged is marked
    /// unknown.
    static let orders = AuditCheck(
        step: "orders",
        sql: """
            SELECT 'checkout id of its order', \(AuditName.purchase("purchases.id")), checkout, 'missing', NULL, NULL
            FROM purchases
            WHERE checkout IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM order_names
                WHERE order_names.provider = purchases.provider AND kind = 'checkout' AND name = checkout
                    AND order_names.order_id = purchases.order_id)
            UNION ALL
            SELECT 'provider id', 'order ' || orders.id || ' at ' || orders.provider,
                'none, because it was merged into order ' || merged_into, kind || ' ' || name, NULL, NULL
            FROM orders JOIN order_names ON order_names.order_id = orders.id WHERE merged_into IS NOT NULL
            UNION ALL
            SELECT 'number of facts that order ' || merged_into || ' lacks',
                'order ' || orders.id || ' at ' || orders.provider, '0', \(text("count(*)")), NULL, NULL
            FROM orders JOIN facts ON facts.order_id = orders.id
            WHERE merged_into IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM facts AS other WHERE other.order_id = merged_into AND other.fact = facts.fact)
            GROUP BY orders.id
            UNION ALL
            SELECT 'marked as unknown', 'order ' || orders.id || ' at ' || orders.provider, iif(unknown, 'no', 'yes'),
                iif(unknown, 'yes', 'no'), NULL, NULL
            FROM orders
            WHERE unknown = (
                merged_into IS NOT NULL OR EXISTS (SELECT 1 FROM purchases WHERE purchases.order_id = orders.id))
            UNION ALL
            SELECT 'merged into', 'order ' || orders.id || ' at ' || orders.provider, 'order ' || other.merged_into,
                'order ' || orders.merged_into, NULL, NULL
            FROM orders JOIN orders AS other ON other.id = orders.merged_into WHERE other.merged_into IS NOT NULL
            """
    )
}
