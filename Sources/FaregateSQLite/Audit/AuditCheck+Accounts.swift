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

    /// Whose turn it is to burn, and whether the account is seen to before the first of its grants expires.
    static let burnOrder = AuditCheck(
        step: "burn order",
        sql: """
            WITH turn AS (
                SELECT id, name, burning, due_at,
                    (SELECT grants.id FROM grants WHERE account_id = accounts.id AND NOT spent
                        ORDER BY priority, expires_at, id LIMIT 1) AS first,
                    (SELECT min(expires_at) FROM grants WHERE account_id = accounts.id AND NOT spent) AS expires_at
                FROM accounts)
            SELECT 'burning', name, iif(first IS NULL, 'none', \(AuditName.grant("turn.first"))),
                iif(burning IS NULL, 'none', \(AuditName.grant("turn.burning"))), 'account', id
            FROM turn WHERE burning IS NOT first
            UNION ALL
            SELECT 'due_at', name, 'at most ' || expires_at, due_at, 'account', id FROM turn WHERE due_at > expires_at
            """
    )

    /// From an account's latest line each leads to the one before, but for settlements, which stand outside.
    static let chain = AuditCheck(
        step: "history",
        sql: """
            SELECT 'entry before', 'entry ' || line.id || ' of ' || \(AuditName.account("line.account_id")),
                coalesce(line.before, 'none'), coalesce(line.previous, 'none'), NULL, NULL
            FROM (
                SELECT id, account_id, previous,
                    lag(id) OVER (PARTITION BY account_id ORDER BY id) AS before
                FROM journal WHERE kind <> 'settle') AS line
            WHERE line.previous IS NOT line.before
            UNION ALL
            SELECT 'entry before', 'entry ' || id || ' of ' || \(AuditName.account("journal.account_id")), 'none', previous, NULL, NULL
            FROM journal WHERE kind = 'settle' AND previous IS NOT NULL
            UNION ALL
            SELECT 'last_entry', accounts.name, coalesce(latest, 'none'),
                coalesce(turn.last_entry, accounts.last_entry, 'none'), 'account', accounts.id
            FROM accounts LEFT JOIN grants AS turn ON turn.id = accounts.burning LEFT JOIN (
                SELECT account_id, max(id) AS latest FROM journal WHERE kind <> 'settle' GROUP BY account_id) AS line
                ON line.account_id = accounts.id
            WHERE coalesce(turn.last_entry, accounts.last_entry) IS NOT latest
            """
    )
}
