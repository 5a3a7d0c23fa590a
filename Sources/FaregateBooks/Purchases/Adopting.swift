import Faregate

extension Books {
    /// If the account's payer details were deleted before this purchase was adopted, its payer is not stored either.
    ///
    /// It reads all notes, which are few: people write them by hand. Adopting is rare too.
    func keepForgotten(_ purchase: Purchase.ID, of account: Int64, at now: Timestamp) throws(SQLError) {
        try database.run(
            """
            INSERT INTO billing (order_id, details, forgotten_at)
            SELECT order_id, NULL, ?3 FROM purchases
            WHERE name = ?1 AND EXISTS (SELECT 1 FROM notes WHERE account_id = ?2 AND kind = ?4)
            """,
            purchase.rawValue, account, now, Books.forgotWhoPaid
        )
    }
}
