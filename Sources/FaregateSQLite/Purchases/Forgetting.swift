package import Faregate

extension Books {
    /// - Returns: the deleted details; nil if the account is unknown.
    func forget(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) throws(SQLiteError) -> Purchase
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
            ON CONFLICT DO UPDATE SET details = NULL, forgotten_at = excluded.forgotten_at WHERE forgotten_at IS NULL
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

    /// The mark in the notes of an account.
    static let forgotWhoPaid = "forgot who paid"
}

extension SQLiteLedger {
    package func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String? {
        try await readers.read { database throws(SQLiteError) in
            try database.customer(of: account, provider: provider)
        }
    }

    @discardableResult
    package func keep(
        customer: String, of account: AccountID, provider: String, at now: Timestamp
    ) async throws(LedgerError) -> String {
        try await writer.write { books throws(SQLiteError) in
            guard let number = try books.number(of: account) else {
                throw .raising("the ledger has no account \(account), so its customer can't be stored")
            }
            try books.database.run(
                """
                INSERT INTO customers (account_id, provider, customer, kept_at) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO NOTHING
                """,
                number, provider, customer, now
            )
            guard let kept = try books.database.customer(of: account, provider: provider) else {
                throw .inconsistent("a customer could not be stored")
            }
            return kept
        }
    }

    package func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError) {
        try await erase { books throws(SQLiteError) in
            guard let number = try books.number(of: account) else { return }
            try books.database.run(
                "DELETE FROM customers WHERE account_id = ?1 AND provider = ?2 AND customer = ?3",
                number, provider, customer
            )
        }
    }
}

extension Database {
    fileprivate func customer(of account: AccountID, provider: String) throws(SQLiteError) -> String? {
        try first(
            """
            SELECT customer FROM accounts JOIN customers ON customers.account_id = accounts.id
            WHERE accounts.name = ?1 AND customers.provider = ?2
            """,
            account, provider
        ) { $0.text(0) }
    }
}
