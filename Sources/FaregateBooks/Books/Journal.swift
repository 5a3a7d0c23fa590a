package import Faregate

/// A line of the journal: see the table `journal`.
package struct Entry {
    package enum Kind: String {
        case grant, charge, settle, refund, debt, repay, expire, reverse, archive
    }

    let kind: Kind
    package let account: Int64
    let credits: Int64
    let held: Int64
    let debt: Int64
    let charge: ChargeID?
    let grant: Int64?
    let at: Timestamp

    package init(
        kind: Kind, account: Int64, credits: Int64 = 0, held: Int64 = 0, debt: Int64 = 0, charge: ChargeID? = nil,
        grant: Int64? = nil, at: Timestamp
    ) {
        (self.kind, self.account, self.credits, self.held, self.debt) = (kind, account, credits, held, debt)
        (self.charge, self.grant, self.at) = (charge, grant, at)
    }
}

extension Books {
    /// Appends a line to the journal, linked to the account's previous line.
    ///
    /// - Returns: the line's number.
    @discardableResult
    package func append(_ entry: Entry) throws(SQLError) -> Int64 {
        let line = try database.insert(
            """
            INSERT INTO journal (previous, at, account_id, kind, credits, held, debt, charge_id, grant_id)
            VALUES ((SELECT last_entry FROM accounts WHERE id = ?2), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """,
            entry.at, entry.account, entry.kind.rawValue, entry.credits, entry.held, entry.debt,
            entry.charge?.rawValue, entry.grant
        )
        try database.run("UPDATE accounts SET last_entry = ?2 WHERE id = ?1", entry.account, line)
        return line
    }
}
