extension Schema {
    /// One INSERT into `charges` is a whole charge: these triggers check it, and either abort it with the reason,
    /// or take the credits, count the limits and write the journal.
    ///
    /// The reasons are looked at in the documented order: suspended, idempotency key, limits, credits.
    /// [RAISE](https://www.sqlite.org/lang_createtrigger.html#raise) takes a literal only, so that the writer reads
    /// the figures for the refusal afterwards, in the same transaction.
    static let version1Charging = """
        CREATE TRIGGER charges_check BEFORE INSERT ON charges
        BEGIN
            SELECT RAISE(ABORT, 'faregate:suspended')
            FROM accounts WHERE id = NEW.account_id AND suspended_at IS NOT NULL;

            SELECT RAISE(ABORT, 'faregate:key')
            FROM charges
            WHERE NEW.key IS NOT NULL AND account_id = NEW.account_id AND action = NEW.action AND key = NEW.key
                AND state <> 'refunded';

            SELECT RAISE(ABORT, 'faregate:limit')
            FROM json_each(NEW.limits) AS "limit" LEFT JOIN counters ON counters.name = "limit".value ->> 'counter'
            WHERE "limit".value ->> 'max' < ("limit".value ->> 'amount') + CASE
                WHEN counters.used IS NULL THEN 0
                WHEN "limit".value ->> 'within' IS NOT NULL THEN counters.used - (
                    SELECT coalesce(sum(amount), 0) FROM counter_hits
                    WHERE counter = counters.name AND at <= NEW.created_at - ("limit".value ->> 'within'))
                -- A clock that stepped back finds a later window, and counts in it.
                WHEN counters.window_start >= "limit".value ->> 'from' THEN counters.used
                ELSE 0 END;

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

        -- limits: [{"counter", "max", "amount", "back", and either "from" (the window's start) or "within" (ms)}]
        CREATE TRIGGER charges_count AFTER INSERT ON charges WHEN NEW.limits IS NOT NULL
        BEGIN
            INSERT INTO counters (name, window_start, used)
            SELECT value ->> 'counter', value ->> 'from', value ->> 'amount'
            FROM json_each(NEW.limits) WHERE value ->> 'from' IS NOT NULL
            ON CONFLICT (name) DO UPDATE SET
                used = excluded.used + CASE WHEN window_start >= excluded.window_start THEN used ELSE 0 END,
                window_start = max(window_start, excluded.window_start);

            DELETE FROM counter_hits
            WHERE (counter, at, charge_id) IN (
                SELECT hit.counter, hit.at, hit.charge_id
                FROM json_each(NEW.limits) AS "limit" JOIN counter_hits AS hit
                    ON hit.counter = "limit".value ->> 'counter'
                    AND hit.at <= NEW.created_at - ("limit".value ->> 'within')
                WHERE "limit".value ->> 'within' IS NOT NULL);

            INSERT INTO counter_hits (counter, at, charge_id, amount)
            SELECT value ->> 'counter', NEW.created_at, NEW.id, value ->> 'amount'
            FROM json_each(NEW.limits) WHERE value ->> 'within' IS NOT NULL;
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
