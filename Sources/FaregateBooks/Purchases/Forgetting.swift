import Faregate

extension Books {
    /// - Returns: the deleted details; nil if the account is unknown.
    func forget(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) throws(SQLError) -> Purchase
        .ForgottenDetails?
    {
        guard let number = try number(of: account) else { return nil }
        let count = try database.integer(
            """
            SELECT count(*) FROM billing JOIN purchases ON purchases.order_id = billing.order_id
            WHERE account_id = ?1 AND details IS NOT NULL
            """,
            number
        )
        try database.run(
            """
            INSERT INTO billing (order_id, details, forgotten_at)
            SELECT order_id, NULL, ?2 FROM purchases WHERE account_id = ?1
            ON CONFLICT (order_id) DO UPDATE SET details = NULL, forgotten_at = excluded.forgotten_at
            WHERE billing.forgotten_at IS NULL
            """,
            number, now
        )
        // Orders that belong to no purchase, but whose metadata names one of the account's purchases.
        try database.run(
            """
            DELETE FROM billing WHERE order_id IN (
                SELECT orders.id FROM purchases JOIN orders ON orders.provider = purchases.provider AND hint = name
                WHERE account_id = ?1)
            """,
            number
        )
        try database.run(
            """
            UPDATE inbox SET body = x'' WHERE length(body) > 0 AND id IN (
                SELECT inbox_id FROM event_orders JOIN purchases ON purchases.order_id = event_orders.order_id
                WHERE account_id = ?1)
            """,
            number
        )
        let customers = try database.rows(
            "SELECT provider, customer FROM customers WHERE account_id = ?1 ORDER BY provider", number
        ) { Purchase.ProviderCustomer(provider: $0.text(0), customer: $0.text(1)) }
        try database.run("DELETE FROM customers WHERE account_id = ?1", number)
        try add(note, Books.forgotWhoPaid, to: number, at: now)
        return Purchase.ForgottenDetails(purchases: Int(count ?? 0), customers: customers)
    }

    /// The kind of the note that marks an account as forgotten.
    static let forgotWhoPaid = "forgot who paid"
}
