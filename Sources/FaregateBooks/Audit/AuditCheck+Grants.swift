extension AuditCheck {
    /// The remaining credits of a grant, and where the rest went. Settlements are skipped: they change nothing here,
    /// and are half of the journal.
    static let grants = AuditCheck(
        step: "grants",
        sql: """
            WITH line AS MATERIALIZED (
                SELECT grant_id,
                    sum(iif(kind = 'grant', credits, 0)) AS granted,
                    sum(credits) AS remaining,
                    -sum(iif(kind IN ('charge', 'refund', 'repay', 'archive'), credits, 0)) AS taken,
                    -sum(iif(kind = 'expire', credits, 0)) AS expired,
                    -sum(iif(kind = 'reverse', credits, 0)) AS reversed,
                    max(iif(kind = 'archive', id, NULL)) AS archive_line,
                    min(account_id) AS first_account, max(account_id) AS last_account
                FROM journal WHERE grant_id IS NOT NULL AND kind <> 'settle' GROUP BY grant_id),
            book AS MATERIALIZED (
                SELECT grants.*, \(AuditName.grant("grants.id")) AS name,
                    coalesce(line.granted, 0) AS all_granted, coalesce(line.remaining, 0) AS all_remaining,
                    coalesce(line.taken, 0) AS all_taken, coalesce(line.expired, 0) AS all_expired,
                    coalesce(line.reversed, 0) AS all_reversed, line.first_account, line.last_account,
                    line.archive_line
                FROM grants LEFT JOIN line ON line.grant_id = grants.id
                WHERE (grants.granted, grants.remaining, grants.taken, grants.expired, grants.reversed)
                    IS DISTINCT FROM (line.granted, line.remaining, line.taken, line.expired, line.reversed)
                    OR spent <> (grants.remaining = 0)
                    OR grants.granted <> grants.remaining + grants.taken + grants.expired + grants.reversed
                    OR grants.archived_entry IS DISTINCT FROM line.archive_line
                    OR (line.first_account, line.last_account) IS DISTINCT FROM (grants.account_id, grants.account_id))
            SELECT 'granted', name, \(text("all_granted")), \(text("granted")), NULL, NULL
            FROM book WHERE granted <> all_granted
            UNION ALL
            SELECT 'remaining', name, \(text("all_remaining")), \(text("remaining")), 'grant', \(text("id"))
            FROM book WHERE remaining <> all_remaining
            UNION ALL
            SELECT 'taken', name, \(text("all_taken")), \(text("taken")), 'grant', \(text("id"))
            FROM book WHERE taken <> all_taken
            UNION ALL
            SELECT 'expired', name, \(text("all_expired")), \(text("expired")), 'grant', \(text("id"))
            FROM book WHERE expired <> all_expired
            UNION ALL
            SELECT 'reversed', name, \(text("all_reversed")), \(text("reversed")), 'grant', \(text("id"))
            FROM book WHERE reversed <> all_reversed
            UNION ALL
            SELECT 'spent', name, iif(remaining = 0, 'yes', 'no'), iif(spent, 'yes', 'no'), 'grant', \(text("id"))
            FROM book WHERE spent <> (remaining = 0)
            UNION ALL
            SELECT 'remaining + taken + expired + reversed', name, \(text("granted")), \(text("remaining + taken + expired + reversed")), 'grant',
                \(text("id"))
            FROM book WHERE granted <> remaining + taken + expired + reversed
            UNION ALL
            SELECT 'archived entry', name, \(textOrNone("archive_line")), \(textOrNone("archived_entry")), NULL, NULL
            FROM book WHERE archived_entry IS DISTINCT FROM archive_line
            UNION ALL
            SELECT 'account of its entries', name, \(AuditName.account("book.account_id")),
                \(AuditName.account("iif(first_account <> book.account_id, first_account, last_account)")), NULL, NULL
            FROM book WHERE first_account <> account_id OR last_account <> account_id
            """
    )

    /// Journal lines that refer to a missing grant.
    static let strayGrants = AuditCheck(
        step: "entries of grants",
        sql: """
            SELECT 'grant', 'entry ' || journal.id || ' of ' || \(AuditName.account("journal.account_id")),
                'a recorded grant', 'missing (number ' || journal.grant_id || ')', NULL, NULL
            FROM journal
            WHERE journal.grant_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.id = journal.grant_id)
            """
    )
}
