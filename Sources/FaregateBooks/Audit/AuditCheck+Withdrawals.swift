extension AuditCheck {
    /// A withdrawal by hand is the sum of its journal lines. All of them belong to its own account, and none to a
    /// purchase.
    static let withdrawals = AuditCheck(
        step: "withdrawals",
        sql: """
            WITH line AS MATERIALIZED (
                SELECT note_id, sum(journal.debt - journal.credits) AS credits,
                    min(journal.account_id) AS first_account, max(journal.account_id) AS last_account
                FROM withdrawal_entries JOIN journal ON journal.id = entry GROUP BY note_id)
            SELECT 'sum of its entries', \(AuditName.withdrawal("withdrawals")), \(text("withdrawals.credits")),
                \(text("coalesce(line.credits, 0)")), NULL, NULL
            FROM withdrawals LEFT JOIN line ON line.note_id = withdrawals.note_id
            WHERE withdrawals.credits <> coalesce(line.credits, 0)
            UNION ALL
            SELECT 'account of its entries', \(AuditName.withdrawal("withdrawals")),
                \(AuditName.account("withdrawals.account_id")),
                \(AuditName.account("iif(first_account <> withdrawals.account_id, first_account, last_account)")), NULL, NULL
            FROM withdrawals JOIN line ON line.note_id = withdrawals.note_id
            WHERE first_account <> account_id OR last_account <> account_id
            UNION ALL
            SELECT 'cause', 'entry ' || entry, 'a purchase or a withdrawal', 'both a purchase and a withdrawal', NULL,
                NULL
            FROM withdrawal_entries WHERE entry IN (SELECT purchase_entries.entry FROM purchase_entries)
            """
    )
}

extension AuditName {
    fileprivate static func withdrawal(_ table: String) -> String {
        "'withdrawal \"' || \(table).reference || '\" from ' || \(account("\(table).account_id"))"
    }
}
