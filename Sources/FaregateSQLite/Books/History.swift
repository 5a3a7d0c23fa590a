import Faregate

extension Database {
    /// A page of an account's history, from its latest line of the journal back: each line names the one before it.
    func history(of account: Int64, after cursor: HistoryCursor?, count: Int) throws(SQLiteError) -> HistoryPage {
        // One more than asked for tells whether there is another page.
        let entries = try rows(
            """
            WITH RECURSIVE line (id, previous, at, kind, credits, debt, charge_id, grant_id) AS (
                SELECT id, previous, at, kind, credits, debt, charge_id, grant_id FROM journal
                WHERE id = iif(?2 IS NULL,
                    (SELECT last_entry FROM accounts WHERE id = ?1),
                    (SELECT previous FROM journal WHERE id = ?2 AND account_id = ?1))
                UNION ALL
                SELECT journal.id, journal.previous, journal.at, journal.kind, journal.credits, journal.debt,
                    journal.charge_id, journal.grant_id
                FROM line JOIN journal ON journal.id = line.previous
                LIMIT ?3)
            SELECT line.id, line.at, line.kind, line.credits,
                prices.action, members.name, charges.id, charges.state, grants.source,
                CASE line.kind WHEN 'grant' THEN grants.reason WHEN 'refund' THEN charges.reason END, purchases.name
            FROM line
                LEFT JOIN charges ON charges.id = line.charge_id
                LEFT JOIN prices ON prices.id = charges.price_id
                LEFT JOIN members ON members.id = charges.member_id
                LEFT JOIN grants ON grants.id = line.grant_id
                LEFT JOIN purchase_entries ON purchase_entries.entry = line.id
                LEFT JOIN purchases ON purchases.id = purchase_entries.purchase_id
            ORDER BY line.id DESC
            """,
            account, cursor?.rawValue, Int64(count + 1), read: HistoryEntry.init
        )
        let page = Array(entries.prefix(count))
        let next = entries.count > count ? page.last.map { HistoryCursor(rawValue: $0.id) } : nil
        return HistoryPage(entries: page, next: next)
    }
}

extension HistoryEntry {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: row.integer(0),
            at: Timestamp(rawValue: row.integer(1)),
            kind: Kind(rawValue: row.text(2)) ?? .charge,
            credits: row.integer(3),
            action: row.optionalText(4),
            member: row.optionalText(5),
            charge: row.optionalInteger(6).map(ChargeID.init),
            state: try row.optionalInteger(7).map(ChargeState.init(stored:)),
            source: try row.optionalInteger(8).map(GrantSource.init(stored:)),
            reason: row.optionalText(9) ?? row.optionalText(10).map { "purchase \($0)" }
        )
    }
}
