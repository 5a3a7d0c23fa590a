extension AuditCheck {
    /// A rolling window's counter is the sum of its hits. Of no window but one that begins at the epoch does it stand
    /// in one: that tells it from a calendar's.
    static let counters = AuditCheck(
        step: "rolling windows",
        sql: """
            WITH hit AS MATERIALIZED (
                SELECT counter, sum(amount) AS amount FROM counter_hits GROUP BY counter)
            SELECT 'used', \(AuditName.counter("counters.id")), coalesce(hit.amount, 0), counters.used,
                'counter', counters.id
            FROM counters LEFT JOIN hit ON hit.counter = counters.id
            WHERE counters.window_start = 0 AND counters.used <> coalesce(hit.amount, 0)
            UNION ALL
            SELECT 'hits', \(AuditName.counter("hit.counter")), 'a counter', 'none', NULL, NULL
            FROM hit WHERE hit.counter NOT IN (SELECT id FROM counters)
            UNION ALL
            SELECT 'hit', \(AuditName.counter("counter_hits.counter")), 'a charge', 'no charge ' || charge_id, NULL, NULL
            FROM counter_hits WHERE NOT EXISTS (SELECT 1 FROM charges WHERE charges.id = charge_id)
            UNION ALL
            SELECT 'limit', \(AuditName.counter("counters.id")), 'a limit and whom it counts for', 'a stray counter', NULL, NULL
            FROM counters
            WHERE id & 65535 NOT IN (SELECT limits.id FROM limits)
                OR id >> 16 <> 0 AND NOT iif(id >> 16 & 1,
                    id >> 17 IN (SELECT members.id FROM members), id >> 17 IN (SELECT accounts.id FROM accounts))
            UNION ALL
            SELECT 'used', \(AuditName.counter("counts.counter")), '0 or more', used, NULL, NULL FROM counts WHERE used < 0
            """
    )

    /// A calendar window counted no more than was ever counted in it.
    ///
    /// Only limits of calls are looked at: what counts credits or units is counted anew by settlements, which leave no
    /// trace of it. Where the clock stepped back, calls of the window before were counted in this one.
    static let calendarCounters = AuditCheck(
        step: "calendar windows",
        sql: """
            WITH counted AS MATERIALIZED (
                SELECT
                    CASE json_extract(one.value, '$[1]')
                        WHEN 0 THEN charges.account_id << 17
                        WHEN 1 THEN iif(charges.member_id IS NULL, charges.account_id << 1, charges.member_id << 1 | 1) << 16
                        ELSE 0 END | json_extract(one.value, '$[0]') AS counter,
                    json_extract(one.value, '$[2]') AS start,
                    sum(json_extract(one.value, '$[3]')) AS amount
                FROM charges, json_each(charges.counted) AS one
                WHERE json_extract(one.value, '$[2]') IS NOT NULL
                    AND json_extract(one.value, '$[0]') IN (
                        SELECT id FROM limits WHERE name LIKE '%/calls per %' OR name LIKE '%: calls per %')
                GROUP BY 1, 2),
            -- A counter's own row comes right behind what was counted up to its window.
            line AS (
                SELECT counter AS id, start, amount, NULL AS used FROM counted
                UNION ALL
                SELECT counter, window_start, NULL, used FROM counts
                WHERE window_start <> 0 AND counter & 65535 IN (
                    SELECT limits.id FROM limits WHERE name LIKE '%/calls per %' OR name LIKE '%: calls per %'))
            SELECT 'used', \(AuditName.counter("standing.id")), 'at most ' || most, used, NULL, NULL
            FROM (
                SELECT id, used,
                    coalesce(sum(amount) OVER (
                        PARTITION BY id ORDER BY start, used ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING), 0) AS most
                FROM line) AS standing
            WHERE used > most
            """
    )

    /// The references that the schema declares, which hold unless somebody wrote with them switched off.
    static let foreignKeys = AuditCheck(
        step: "strays",
        sql: """
            SELECT 'reference', 'row ' || coalesce(rowid, '') || ' of ' || "table", 'a row of ' || parent, 'none', NULL, NULL
            FROM pragma_foreign_key_check
            """
    )
}
