#if Postgres
extension PostgresSchema {
    /// The functions that read and count a limit, which the function `charge` calls.
    static let limits = """
        -- The count of a limit in its current window. A counter of this calendar window, or of the next one (the clock
        -- stepped back), is kept; any other counts nothing. A hit is the amount that one call added to a rolling
        -- window. A rolling window excludes hits that have left it, and hits from a clock that was more than a window
        -- ahead. If the counter's row still has a calendar window, its hits are from an earlier rolling window, and
        -- count. No policy leads to that, because a limit with another window has another counter.
        CREATE FUNCTION limit_use(
            of_account bigint, of_member bigint, of_limit bigint, from_at bigint, until_at bigint, length_ms bigint
        ) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            counter record;
        BEGIN
            SELECT * INTO counter FROM counters
            WHERE account_id = of_account AND member_id = of_member AND limit_id = of_limit;
            IF NOT FOUND THEN RETURN 0; END IF;
            IF length_ms IS NULL THEN
                RETURN CASE WHEN counter.window_start BETWEEN from_at AND until_at THEN counter.used ELSE 0 END;
            END IF;
            RETURN CASE WHEN counter.window_ms IS NOT NULL THEN counter.used ELSE coalesce((
                    SELECT sum(amount) FROM counter_hits
                    WHERE account_id = of_account AND member_id = of_member AND limit_id = of_limit), 0) END
                - coalesce((
                    SELECT sum(amount) FROM counter_hits
                    WHERE account_id = of_account AND member_id = of_member AND limit_id = of_limit
                        AND at <= from_at), 0)
                - coalesce((
                    SELECT sum(amount) FROM counter_hits
                    WHERE account_id = of_account AND member_id = of_member AND limit_id = of_limit
                        AND at > until_at), 0);
        END $$;

        -- Counts a call. A hit counts at most what fits into the counter, so that `used` stays the sum of the hits.
        CREATE FUNCTION count_limit(
            of_account bigint, of_member bigint, of_limit bigint, from_at bigint, until_at bigint, length_ms bigint,
            amount_added bigint, at_time bigint, of_charge bigint
        ) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            counted bigint := limit_use(of_account, of_member, of_limit, from_at, until_at, length_ms);
            added bigint := least(amount_added, 9007199254740991 - counted);
        BEGIN
            IF length_ms IS NULL THEN
                INSERT INTO counters AS old (account_id, member_id, limit_id, window_start, window_end, used)
                VALUES (of_account, of_member, of_limit, from_at, until_at, added)
                ON CONFLICT (account_id, member_id, limit_id) DO UPDATE SET
                    used = counted + added,
                    window_start = iif(old.window_start BETWEEN from_at AND until_at, old.window_start, from_at),
                    window_end = greatest(iif(old.window_start BETWEEN from_at AND until_at, old.window_end, 0), until_at),
                    window_ms = NULL;
                RETURN;
            END IF;
            INSERT INTO counters (account_id, member_id, limit_id, window_ms, window_end, used)
            VALUES (of_account, of_member, of_limit, length_ms, until_at, added)
            ON CONFLICT (account_id, member_id, limit_id) DO UPDATE SET
                used = counted + added, window_start = NULL, window_ms = length_ms, window_end = until_at;
            DELETE FROM counter_hits
            WHERE account_id = of_account AND member_id = of_member AND limit_id = of_limit
                AND (at <= from_at OR at > until_at);
            INSERT INTO counter_hits (account_id, member_id, limit_id, at, charge_id, amount)
            VALUES (of_account, of_member, of_limit, at_time, of_charge, added);
        END $$;

        """
}
#endif
