#if Postgres
extension PostgresSchema {
    /// Charges a batch of calls: the rules that SQLite has in the trigger of a charge.
    ///
    /// One call is one element of each array, and `limit_call` says to which call a limit belongs, counted from 1. A
    /// refusal is a value in the result, so that it doesn't undo its neighbours.
    static let charge = """
        CREATE TYPE charge_result AS (
            n       bigint,  -- the number of the call in the batch
            id      bigint,  -- of the charge; NULL if it was refused
            refusal text,    -- suspended, due, plan, key, limit, credits or lease
            is_low  boolean  -- whether the first grant has fewer credits left than the call should leave
        );

        CREATE FUNCTION charge(
            holder bigint, renewal_ms bigint,
            account_ids bigint[], member_ids bigint[], price_ids bigint[], ats bigint[], costs bigint[], keeps bigint[],
            counteds text[], attribute_texts text[], shadows text[], checks_plan boolean[], plans text[],
            actions text[], call_keys text[], fingerprints text[], key_ends bigint[],
            limit_call bigint[], limit_ids bigint[], limit_accounts bigint[], limit_members bigint[], froms bigint[],
            untils bigint[], windows bigint[], maxima bigint[], amounts bigint[], are_enforced boolean[]
        ) RETURNS SETOF charge_result LANGUAGE plpgsql AS $$
        DECLARE
            result charge_result;
            account record;
            used bigint;
            rest bigint;
            part bigint;
            total numeric;
            payers bigint;
            one_grant bigint;
            left_over bigint;
            line bigint;
            lot record;
        BEGIN
            -- In the order of their ids, so that no two batches wait for each other.
            PERFORM 1 FROM accounts WHERE id = ANY (account_ids) ORDER BY id FOR NO KEY UPDATE;

            -- A counter of all accounts is made before it is locked: a row that doesn't exist can't be locked.
            INSERT INTO counters (account_id, member_id, limit_id, window_start, window_ms, window_end, used)
            SELECT DISTINCT ON (limit_ids[i]) 0, 0, limit_ids[i], iif(windows[i] IS NULL, froms[i], NULL), windows[i],
                untils[i], 0
            FROM generate_subscripts(limit_ids, 1) AS i WHERE limit_accounts[i] = 0 ORDER BY limit_ids[i]
            ON CONFLICT DO NOTHING;
            PERFORM 1 FROM counters
            WHERE account_id = 0 AND member_id = 0 AND limit_id = ANY (limit_ids) ORDER BY limit_id FOR UPDATE;

            FOR n IN 1 .. array_length(account_ids, 1) LOOP
                result := (n, NULL, NULL, FALSE);
                SELECT suspended_at, due_at, plan, last_entry INTO account FROM accounts WHERE id = account_ids[n];

                -- The account must not be suspended or due for a refresh, and must be on the plan assumed.
                result.refusal := CASE
                    WHEN account.suspended_at IS NOT NULL THEN 'suspended'
                    WHEN account.due_at <= ats[n] THEN 'due'
                    WHEN checks_plan[n] AND account.plan IS DISTINCT FROM plans[n] THEN 'plan' END;

                -- A key is valid until it expires, and beyond that while its charge is held. The key of a refunded
                -- charge is free.
                IF result.refusal IS NULL AND call_keys[n] IS NOT NULL AND EXISTS (
                    SELECT 1 FROM keys JOIN charges ON charges.id = keys.charge_id
                    WHERE keys.account_id = account_ids[n] AND keys.action = actions[n]
                        AND keys.key = call_keys[n]
                        AND (charges.state = 0 OR charges.state = 1 AND keys.expires_at > ats[n]))
                THEN result.refusal := 'key'; END IF;

                IF result.refusal IS NULL THEN
                    FOR i IN 1 .. coalesce(array_length(limit_call, 1), 0) LOOP
                        CONTINUE WHEN limit_call[i] <> n OR NOT are_enforced[i];
                        used := limit_use(limit_accounts[i], limit_members[i], limit_ids[i], froms[i], untils[i], windows[i]);
                        IF used + amounts[i] > maxima[i] THEN result.refusal := 'limit'; END IF;
                    END LOOP;
                END IF;

                IF result.refusal IS NULL AND costs[n] > 0 THEN
                    SELECT coalesce(sum(remaining), 0) INTO total FROM grants
                    WHERE account_id = account_ids[n] AND NOT spent;
                    IF total < costs[n] THEN result.refusal := 'credits'; END IF;
                END IF;

                -- This process must have a lease, or another would refund the charge as abandoned.
                IF result.refusal IS NULL AND NOT EXISTS (
                    SELECT 1 FROM holders WHERE id = holder AND alive_until >= ats[n] + renewal_ms)
                THEN result.refusal := 'lease'; END IF;

                IF result.refusal IS NOT NULL THEN
                    RETURN NEXT result;
                    CONTINUE;
                END IF;

                result.id := nextval('charge_numbers');

                IF call_keys[n] IS NOT NULL THEN
                    -- A charge that was refunded as abandoned can't be settled late once its key was used again.
                    INSERT INTO successors (abandoned, charge_id)
                    SELECT charges.id, result.id FROM keys JOIN charges ON charges.id = keys.charge_id
                    WHERE keys.account_id = account_ids[n] AND keys.action = actions[n]
                        AND keys.key = call_keys[n] AND keys.expires_at > ats[n] AND charges.state = 2
                        AND charges.reason = 'abandoned' AND charges.id NOT IN (SELECT abandoned FROM successors);

                    INSERT INTO keys (account_id, action, key, charge_id, fingerprint, expires_at)
                    VALUES (account_ids[n], actions[n], call_keys[n], result.id, fingerprints[n],
                        key_ends[n])
                    ON CONFLICT (account_id, action, key) DO UPDATE SET
                        charge_id = excluded.charge_id, fingerprint = excluded.fingerprint,
                        expires_at = excluded.expires_at, result = NULL;
                END IF;

                FOR i IN 1 .. coalesce(array_length(limit_call, 1), 0) LOOP
                    CONTINUE WHEN limit_call[i] <> n;
                    PERFORM count_limit(limit_accounts[i], limit_members[i], limit_ids[i], froms[i], untils[i],
                        windows[i], amounts[i], ats[n], result.id);
                END LOOP;

                -- Grants burn by priority, then soonest expiry, then in the plan's order, then oldest.
                rest := costs[n];
                payers := 0;
                one_grant := NULL;
                line := account.last_entry;
                FOR lot IN
                    SELECT id, remaining FROM grants WHERE account_id = account_ids[n] AND NOT spent
                    ORDER BY priority, expires_at, position, id
                LOOP
                    EXIT WHEN rest = 0;
                    CONTINUE WHEN lot.remaining = 0;
                    part := least(rest, lot.remaining);
                    left_over := lot.remaining - part;
                    IF payers = 0 AND left_over < keeps[n] THEN result.is_low := TRUE; END IF;
                    UPDATE grants SET remaining = remaining - part, taken = taken + part, spent = (left_over = 0)
                    WHERE id = lot.id;
                    INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id, grant_id)
                    VALUES (line, ats[n], account_ids[n], 'charge', -part, part, result.id, lot.id)
                    RETURNING id INTO line;
                    payers := payers + 1;
                    IF payers = 1 AND rest = part THEN
                        one_grant := lot.id;
                    ELSE
                        INSERT INTO charge_grants (charge_id, grant_id, credits) VALUES (result.id, lot.id, part);
                    END IF;
                    rest := rest - part;
                END LOOP;
                IF costs[n] = 0 THEN
                    INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id)
                    VALUES (line, ats[n], account_ids[n], 'charge', 0, 0, result.id) RETURNING id INTO line;
                END IF;
                UPDATE accounts SET last_entry = line WHERE id = account_ids[n];

                INSERT INTO charges (
                    id, account_id, member_id, price_id, holder_id, grant_id, created_at, state_since, quoted, cost,
                    counted, attributes, shadow)
                VALUES (
                    result.id, account_ids[n], member_ids[n], price_ids[n], holder, one_grant, ats[n],
                    ats[n], costs[n], costs[n], counteds[n], attribute_texts[n], shadows[n]);
                RETURN NEXT result;
            END LOOP;
        END $$;

        -- The count of a limit in its current window. A counter of this calendar window, or of the next one (the clock
        -- stepped back), is kept; any other counts nothing. A rolling window excludes hits that have left it, and hits
        -- from a clock that was more than a window ahead. A limit that was changed from a calendar window to a rolling
        -- one, under the same id, counts the hits that it still has from an earlier rolling window.
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
