extension Schema {
    /// One INSERT into `charges` is a whole charge: these triggers check it, and either abort it with the reason,
    /// or take the credits, count the limits and write the journal.
    ///
    /// The limits of a charge are two JSON objects by the counter's name, since `json_each` over those takes a third of
    /// the time that it takes over objects with named members: `[window's start, max, amount, gives back]` in
    /// `calendar_limits`, `[window's milliseconds, max, amount, gives back]` in `rolling_limits`.
    ///
    /// The reasons are looked at in the documented order: suspended, idempotency key, limits, credits.
    /// [RAISE](https://www.sqlite.org/lang_createtrigger.html#raise) takes a literal only, so that the writer reads
    /// the figures for the refusal afterwards, in the same transaction.
    static let version1Charging = """
        CREATE TRIGGER charges_check BEFORE INSERT ON charges
        BEGIN
            SELECT RAISE(ABORT, 'faregate:account') WHERE NEW.account_id IS NULL;

            SELECT RAISE(ABORT, 'faregate:suspended')
            FROM accounts WHERE id = NEW.account_id AND suspended_at IS NOT NULL;

            SELECT RAISE(ABORT, 'faregate:key')
            FROM charges
            WHERE NEW.key IS NOT NULL AND account_id = NEW.account_id AND action = NEW.action AND key = NEW.key
                AND state <> 'refunded';

            -- A clock that stepped back finds a later window, and counts in it.
            SELECT RAISE(ABORT, 'faregate:limit')
            FROM json_each(NEW.calendar_limits) AS "limit" LEFT JOIN counters ON counters.name = "limit".key
            WHERE "limit".value ->> 1 < ("limit".value ->> 2) + CASE
                WHEN counters.window_start >= "limit".value ->> 0 THEN counters.used
                ELSE 0 END;

            SELECT RAISE(ABORT, 'faregate:limit')
            FROM json_each(NEW.rolling_limits) AS "limit" LEFT JOIN counters ON counters.name = "limit".key
            WHERE "limit".value ->> 1 < ("limit".value ->> 2) + coalesce(counters.used, 0) - (
                SELECT coalesce(sum(amount), 0) FROM counter_hits
                WHERE counter = "limit".key AND at <= NEW.created_at - ("limit".value ->> 0));

            SELECT RAISE(ABORT, 'faregate:credits')
            WHERE NEW.cost > (
                SELECT coalesce(sum(remaining), 0) FROM grants
                WHERE account_id = NEW.account_id AND remaining > 0 AND expires_at > NEW.created_at);
        END;

        CREATE TRIGGER charges_take AFTER INSERT ON charges
        BEGIN
            INSERT INTO charge_grants (charge_id, grant_id, credits)
            SELECT NEW.id, id, min(remaining, NEW.cost - burnt_before)
            FROM (
                SELECT id, remaining,
                    sum(remaining) OVER (ORDER BY priority, expires_at, id) - remaining AS burnt_before
                FROM grants
                WHERE account_id = NEW.account_id AND remaining > 0 AND expires_at > NEW.created_at)
            WHERE burnt_before < NEW.cost;

            INSERT INTO journal (at, account_id, kind, credits, held, charge_id)
            VALUES (NEW.created_at, NEW.account_id, 'charge', -NEW.cost, NEW.cost, NEW.id);
        END;

        CREATE TRIGGER charge_grants_take AFTER INSERT ON charge_grants
        BEGIN
            UPDATE grants SET remaining = remaining - NEW.credits, held = held + NEW.credits WHERE id = NEW.grant_id;
        END;

        CREATE TRIGGER charges_count AFTER INSERT ON charges WHEN NEW.calendar_limits IS NOT NULL
        BEGIN
            INSERT INTO counters (name, window_start, used)
            SELECT key, value ->> 0, value ->> 2
            FROM json_each(NEW.calendar_limits) WHERE true
            ON CONFLICT (name) DO UPDATE SET
                used = excluded.used + CASE WHEN window_start >= excluded.window_start THEN used ELSE 0 END,
                window_start = max(window_start, excluded.window_start);
        END;

        CREATE TRIGGER charges_hit AFTER INSERT ON charges WHEN NEW.rolling_limits IS NOT NULL
        BEGIN
            DELETE FROM counter_hits
            WHERE (counter, at, charge_id) IN (
                SELECT hit.counter, hit.at, hit.charge_id
                FROM json_each(NEW.rolling_limits) AS "limit" JOIN counter_hits AS hit
                    ON hit.counter = "limit".key AND hit.at <= NEW.created_at - ("limit".value ->> 0));

            INSERT INTO counter_hits (counter, at, charge_id, amount)
            SELECT key, NEW.created_at, NEW.id, value ->> 2 FROM json_each(NEW.rolling_limits);
        END;

        CREATE TRIGGER counter_hits_add AFTER INSERT ON counter_hits
        BEGIN
            INSERT INTO counters (name, window_start, used) VALUES (NEW.counter, 0, NEW.amount)
            ON CONFLICT (name) DO UPDATE SET used = used + excluded.used;
        END;

        CREATE TRIGGER counter_hits_remove AFTER DELETE ON counter_hits
        BEGIN
            UPDATE counters SET used = used - OLD.amount WHERE name = OLD.counter;
        END;

        """
}
