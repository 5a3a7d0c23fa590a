extension AuditCheck {
    /// What accounts owe.
    static let accounts = AuditCheck(
        step: "debts",
        sql: """
            WITH line AS MATERIALIZED (
                SELECT account_id, sum(debt) AS debt FROM journal WHERE debt <> 0 GROUP BY account_id)
            SELECT 'debt', accounts.name, coalesce(line.debt, 0), accounts.debt, 'account', accounts.id
            FROM accounts LEFT JOIN line ON line.account_id = accounts.id
            WHERE accounts.debt <> coalesce(line.debt, 0)
            UNION ALL
            SELECT 'entries', \(AuditName.account("journal.account_id")) || ' ' || account_id, 'an account', count(*) || ' without one',
                NULL, NULL
            FROM journal WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = journal.account_id)
            GROUP BY account_id
            """
    )

    /// Whether an account is refreshed before the first of its grants expires.
    static let refreshes = AuditCheck(
        step: "refreshes",
        sql: """
            WITH account AS (
                SELECT id, name, due_at,
                    (SELECT min(expires_at) FROM grants WHERE account_id = accounts.id AND NOT spent) AS expires_at
                FROM accounts)
            SELECT 'due_at', name, 'at most ' || expires_at, due_at, 'account', id FROM account
            WHERE due_at > expires_at
            """
    )

    /// From an account's latest line of the journal each leads to the one before, but for settlements. A line in between
    /// that is missing may lie in an archive.
    static let history = AuditCheck(
        step: "history",
        sql: """
            SELECT 'entry before', 'entry ' || line.id || ' of ' || \(AuditName.account("line.account_id")),
                coalesce(line.before, 'none'), coalesce(line.previous, 'none'), NULL, NULL
            FROM (
                SELECT id, account_id, previous,
                    lag(id) OVER (PARTITION BY account_id ORDER BY id) AS before
                FROM journal WHERE kind <> 'settle') AS line
            WHERE line.previous IS NOT line.before
                AND NOT (coalesce(line.previous BETWEEN coalesce(line.before, 0) + 1 AND line.id - 1, 0)
                    AND line.previous NOT IN (SELECT id FROM journal)
                    AND (SELECT archived_before FROM ledger) > 0)
            UNION ALL
            SELECT 'entry before', 'entry ' || id || ' of ' || \(AuditName.account("journal.account_id")), 'none', previous,
                NULL, NULL
            FROM journal WHERE kind = 'settle' AND previous IS NOT NULL
            UNION ALL
            SELECT 'last_entry', accounts.name, coalesce(latest, 'none'), coalesce(accounts.last_entry, 'none'),
                'account', accounts.id
            FROM accounts LEFT JOIN (
                SELECT account_id, max(id) AS latest FROM journal WHERE kind <> 'settle' GROUP BY account_id) AS line
                ON line.account_id = accounts.id
            WHERE accounts.last_entry IS NOT latest
                AND NOT (coalesce(accounts.last_entry > coalesce(latest, 0), 0)
                    AND accounts.last_entry NOT IN (SELECT id FROM journal)
                    AND (SELECT archived_before FROM ledger) > 0)
            """
    )
}
