extension AuditCheck {
    /// A rolling window's counter is the sum of its hits.
    static let counters = AuditCheck(
        step: "rolling windows",
        sql: """
            WITH hit AS MATERIALIZED (
                SELECT account_id, member_id, limit_id, sum(amount) AS amount FROM counter_hits
                GROUP BY account_id, member_id, limit_id)
            SELECT 'used', \(AuditName.counter("counters")), \(text("coalesce(hit.amount, 0)")),
                \(text("counters.used")), 'counter',
                counters.account_id || ',' || counters.member_id || ',' || counters.limit_id
            FROM counters LEFT JOIN hit USING (account_id, member_id, limit_id)
            WHERE counters.window_ms IS NOT NULL AND counters.used <> coalesce(hit.amount, 0)
            UNION ALL
            SELECT 'counter', \(AuditName.counter("hit")), 'a counter for its hits', 'missing', NULL, NULL
            FROM hit WHERE NOT EXISTS (
                SELECT 1 FROM counters
                WHERE (counters.account_id, counters.member_id, counters.limit_id)
                    = (hit.account_id, hit.member_id, hit.limit_id))
            UNION ALL
            SELECT 'charge of a hit', \(AuditName.counter("counter_hits")), 'a recorded charge',
                'missing (number ' || charge_id || ')', NULL, NULL
            FROM counter_hits
            WHERE NOT EXISTS (SELECT 1 FROM charges WHERE charges.id = charge_id)
                AND at >= (SELECT archived_before FROM ledger)
            UNION ALL
            SELECT 'record of its limit, account or member', \(AuditName.counter("counters")), 'one', 'missing', NULL, NULL
            FROM counters
            WHERE NOT EXISTS (SELECT 1 FROM limits WHERE limits.id = limit_id)
                OR account_id <> 0 AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = account_id)
                OR member_id > 0 AND NOT EXISTS (SELECT 1 FROM members WHERE members.id = member_id)
            """
    )

    /// A calendar window's counter is at most the sum that its calls counted.
    ///
    /// Only limits that count calls are checked, because settlements change the counts of credits and units and leave
    /// no trace of the change. The sum includes the window before this one, because after the clock stepped
    /// back, calls of that window may have been counted in this one. Windows that began before the latest archive are
    /// left out, because their charges may be in it.
    static let calendarCounters = AuditCheck(
        step: "calendar windows",
        sql: """
            WITH calls AS MATERIALIZED (
                SELECT id FROM limits WHERE name LIKE '%/calls per %' OR name LIKE '%: calls per %'),
            counted AS MATERIALIZED (
                SELECT
                    iif(\(element(1)) = 2, 0, charges.account_id) AS account_id,
                    iif(\(element(1)) = 1, coalesce(charges.member_id, -1), 0) AS member_id,
                    \(element(0)) AS limit_id,
                    \(element(2)) AS start,
                    sum(\(element(3))) AS amount
                FROM charges, json_each(charges.counted) AS one
                WHERE \(element(2)) IS NOT NULL AND \(element(0)) IN (SELECT id FROM calls)
                GROUP BY 1, 2, 3, 4),
            -- Sorted, each counter's row comes after the counts of its window and of the window before.
            line AS (
                SELECT account_id, member_id, limit_id, start, amount, NULL AS used FROM counted
                UNION ALL
                SELECT account_id, member_id, limit_id, window_start, NULL, used FROM counters
                WHERE window_start >= (SELECT archived_before FROM ledger) AND limit_id IN (SELECT id FROM calls))
            SELECT 'used', \(AuditName.counter("standing")), 'at most ' || most, \(text("used")), NULL, NULL
            FROM (
                SELECT account_id, member_id, limit_id, used,
                    coalesce(sum(amount) OVER (
                        PARTITION BY account_id, member_id, limit_id ORDER BY start, used NULLS FIRST
                        ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING), 0) AS most
                FROM line) AS standing
            WHERE used > most
            """
    )

    /// A number of a counted limit: see ``CountedLimit``.
    private static func element(_ index: Int) -> String { "CAST(json_extract(one.value, '$[\(index)]') AS bigint)" }
}
