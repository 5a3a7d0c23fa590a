import Faregate

/// A line of the journal: see the table `journal`.
struct Entry {
    enum Kind: String {
        case grant, charge, settle, refund, debt, repay, expire, reverse, archive
    }

    let kind: Kind
    let account: Int64
    var credits: Int64 = 0
    var held: Int64 = 0
    var debt: Int64 = 0
    var charge: ChargeID?
    var grant: Int64?
    let at: Timestamp
}

extension Books {
    /// Appends a line to the journal, linked to the account's previous line.
    ///
    /// - Returns: the line's number.
    @discardableResult
    func append(_ entry: Entry) throws(SQLiteError) -> Int64 {
        try database.run(
            """
            INSERT INTO journal (previous, at, account_id, kind, credits, held, debt, charge_id, grant_id)
            VALUES ((SELECT last_entry FROM accounts WHERE id = ?2), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """,
            entry.at, entry.account, entry.kind.rawValue, entry.credits, entry.held, entry.debt,
            entry.charge?.rawValue, entry.grant
        )
        let line = database.lastInsertedID
        try database.run("UPDATE accounts SET last_entry = ?2 WHERE id = ?1", entry.account, line)
        return line
    }
}
