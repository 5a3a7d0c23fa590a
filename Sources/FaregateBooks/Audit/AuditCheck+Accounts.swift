extension AuditCheck {
    /// The debts of accounts.
    static let accounts = AuditCheck(
        step: "debts",
        sql: """
            WITH line AS MATERIALIZED (
                SELECT account_id, sum(debt) AS debt FROM journal WHERE debt <> 0 GROUP BY account_id)
            SELECT 'debt', accounts.name, \(text("coalesce(line.debt, 0)")), \(text("accounts.debt")), 'account',
                \(text("accounts.id"))
            FROM accounts LEFT JOIN line ON line.account_id = accounts.id
            WHERE accounts.debt <> coalesce(line.debt, 0)
            UNION ALL
            SELECT 'record', 'account ' || account_id, 'an account', 'missing (journal lines: ' || count(*) || ')',
                NULL, NULL
            FROM journal WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = journal.account_id)
            GROUP BY account_id
            """
    )

    /// Whether each account is due for a refresh when its first grant expires, or earlier.
    static let refreshes = AuditCheck(
        step: "refreshes",
        sql: """
            WITH account AS (
                SELECT id, name, due_at,
                    (SELECT min(expires_at) FROM grants WHERE account_id = accounts.id AND NOT spent) AS expires_at
                FROM accounts)
            SELECT 'next refresh', name, 'by the time its first grant expires', 'after its first grant expires',
                'account', \(text("id"))
            FROM account WHERE due_at > expires_at
            """
    )

    /// Backwards from an account's latest journal line, each line refers to the line before it. Settlements are left
    /// out, and so are lines that were moved to an archive.
    static let history = AuditCheck(
        step: "history",
        sql: """
            SELECT 'previous entry', 'entry ' || line.id || ' of ' || \(AuditName.account("line.account_id")),
                \(textOrNone("line.before")), \(textOrNone("line.previous")), NULL, NULL
            FROM (
                SELECT id, account_id, iif(archived_lines.line IS NULL, previous, kept) AS previous,
                    lag(id) OVER (PARTITION BY account_id ORDER BY id) AS before
                FROM journal LEFT JOIN archived_lines ON archived_lines.line = previous
                WHERE kind <> 'settle') AS line
            WHERE line.previous IS DISTINCT FROM line.before
            UNION ALL
            SELECT 'previous entry', 'entry ' || id || ' of ' || \(AuditName.account("journal.account_id")), 'none',
                \(text("previous")), NULL, NULL
            FROM journal WHERE kind = 'settle' AND previous IS NOT NULL
            UNION ALL
            SELECT 'latest entry', name, \(textOrNone("latest")), \(textOrNone("last_entry")), 'account', \(text("id"))
            FROM (
                SELECT accounts.id, accounts.name, latest, iif(archived_lines.line IS NULL, last_entry, kept) AS last_entry
                FROM accounts LEFT JOIN archived_lines ON archived_lines.line = last_entry LEFT JOIN (
                    SELECT account_id, max(id) AS latest FROM journal WHERE kind <> 'settle' GROUP BY account_id) AS line
                    ON line.account_id = accounts.id) AS book
            WHERE last_entry IS DISTINCT FROM latest
            """
    )
}
