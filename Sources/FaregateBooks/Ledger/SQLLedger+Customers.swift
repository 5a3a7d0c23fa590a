package import Faregate

extension SQLLedger {
    package func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String? {
        try await read { database throws(SQLError) in
            try database.customer(of: account, provider: provider)
        }
    }

    @discardableResult
    package func keep(
        customer: String, of account: AccountID, provider: String, at now: Timestamp
    ) async throws(LedgerError) -> String {
        try await write(.account(account)) { books throws(SQLError) in
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
        try await erase { books throws(SQLError) in
            guard let number = try books.number(of: account) else { return }
            try books.database.run(
                "DELETE FROM customers WHERE account_id = ?1 AND provider = ?2 AND customer = ?3",
                number, provider, customer
            )
        }
    }
}

extension SQLConnection {
    fileprivate func customer(of account: AccountID, provider: String) throws(SQLError) -> String? {
        try first(
            """
            SELECT customer FROM accounts JOIN customers ON customers.account_id = accounts.id
            WHERE accounts.name = ?1 AND customers.provider = ?2
            """,
            account, provider
        ) { $0.text(0) }
    }
}
