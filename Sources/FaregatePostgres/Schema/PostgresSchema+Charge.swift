#if Postgres
extension PostgresSchema {
    /// Charges a batch of calls, by the same rules as SQLite's trigger for a charge.
    ///
    /// The arrays from `account_ids` to `key_ends` have one element for each call. The arrays from `limit_call` on have
    /// one element for each limit of each call; `limit_call` is the number of the limit's call, counted from 1. A
    /// refusal is a value in the result and not an error, so it doesn't undo the other calls. The transaction has locked
    /// the calls' accounts.
    ///
    /// Where all calls of an account fit, its rows are written once for all of them. The other accounts' calls are
    /// charged one after the other.
    static let charge = """
        CREATE TYPE charge_result AS (
            n         bigint,  -- the number of the call in the batch
            id        bigint,  -- of the charge; NULL if it was refused
            refusal   text,    -- suspended, due, plan, key, limit, credits or lease
            is_low    boolean, -- whether the first grant has fewer credits left than `keeps`
            spendable bigint,  -- the account's spendable credits after the call, where is_low
            exceeded  bigint[] -- the positions, in the limits' arrays, of the unenforced limits that it exceeded
        );

        CREATE FUNCTION charge(
            holder bigint, renewal_ms bigint,
            account_ids bigint[], member_ids bigint[], price_ids bigint[], ats bigint[], costs bigint[], keeps bigint[],
            counteds text[], attribute_texts text[], shadows text[], unit_texts text[], checks_plan boolean[], plans text[],
            actions text[], call_keys text[], fingerprints text[], key_ends bigint[],
            limit_call bigint[], limit_ids bigint[], limit_accounts bigint[], limit_members bigint[], froms bigint[],
            untils bigint[], windows bigint[], maxima bigint[], amounts bigint[], are_enforced boolean[]
        ) RETURNS SETOF charge_result LANGUAGE plpgsql AS $$
        DECLARE
            result charge_result;
            together bigint[];  -- the accounts whose calls all fit
            first_grants bigint[]; -- their first grants, in the same order
            -- By the number of the call; NULL for the calls of other accounts:
            ids bigint[];       -- of the charges that are made together
            paying bigint[];    -- the grants that pay for them
            account record;
            locked bigint;
            used bigint;
            rest bigint;
            part bigint;
            total numeric;
            paid_by bigint;
            one_grant bigint;
            left_over bigint;
            line bigint;
            lot record;
        BEGIN
            -- A counter that all accounts share is made before it is locked: a row that doesn't exist can't be locked.
            -- Housekeeping may delete it in between.
            WHILE 0 = ANY (limit_accounts) LOOP
                INSERT INTO counters (account_id, member_id, limit_id, window_start, window_ms, window_end, used)
                SELECT DISTINCT ON (limit_ids[i]) 0, 0, limit_ids[i], iif(windows[i] IS NULL, froms[i], NULL),
                    windows[i], untils[i], 0
                FROM generate_subscripts(limit_ids, 1) AS i WHERE limit_accounts[i] = 0 ORDER BY limit_ids[i]
                ON CONFLICT DO NOTHING;
                PERFORM 1 FROM counters
                WHERE account_id = 0 AND member_id = 0 AND limit_id = ANY (limit_ids) ORDER BY limit_id FOR UPDATE;
                GET DIAGNOSTICS locked = ROW_COUNT;
                EXIT WHEN locked >= (
                    SELECT count(DISTINCT limit_ids[i]) FROM generate_subscripts(limit_ids, 1) AS i
                    WHERE limit_accounts[i] = 0);
            END LOOP;

            -- All calls of an account fit if the account isn't suspended or due, the calls assume its plan, none of
            -- their keys is recorded or occurs twice, no limit is exceeded, and after all calls at least `keep` credits
            -- remain in the account's first grant, which pays for all actions.
            WITH calls AS (
                SELECT * FROM unnest(account_ids, ats, costs, keeps, checks_plan, plans, actions, call_keys)
                    AS c (account_id, at, cost, keep, assumes_plan, plan, action, key)
            ), of_accounts AS (
                SELECT account_id, max(at) AS at, sum(cost) AS cost, max(keep) AS keep
                FROM calls JOIN accounts ON accounts.id = account_id
                GROUP BY account_id
                HAVING bool_and(suspended_at IS NULL AND due_at > at)
                    AND bool_and(NOT assumes_plan OR calls.plan IS NOT DISTINCT FROM accounts.plan)
                    AND count(key) = count(DISTINCT (action, key)) FILTER (WHERE key IS NOT NULL)
                    AND bool_and(key IS NULL OR NOT EXISTS (
                        SELECT 1 FROM keys
                        WHERE keys.account_id = calls.account_id AND keys.action = calls.action AND keys.key = calls.key))
            ), full_counters AS (
                SELECT limits.account_id, limits.member_id, limits.limit_id
                FROM unnest(limit_accounts, limit_members, limit_ids, froms, untils, windows, maxima, amounts)
                    AS limits (account_id, member_id, limit_id, from_at, until_at, length_ms, maximum, amount)
                LEFT JOIN counters USING (account_id, member_id, limit_id)
                GROUP BY limits.account_id, limits.member_id, limits.limit_id
                HAVING sum(amount) + CASE WHEN max(length_ms) IS NULL
                        THEN coalesce(max(counters.used) FILTER (WHERE window_start BETWEEN from_at AND until_at), 0)
                        ELSE limit_use(limits.account_id, limits.member_id, limits.limit_id, min(from_at),
                            max(until_at), max(length_ms)) END
                    > least(min(maximum), 9007199254740991)
                    OR count(DISTINCT coalesce(length_ms, 0)) > 1
                    -- Calls in two windows of the calendar
                    OR max(length_ms) IS NULL AND (min(from_at) < max(from_at) OR min(until_at) < max(until_at))
            )
            SELECT array_agg(of_accounts.account_id), array_agg(first_grant.id) INTO together, first_grants
            FROM of_accounts
            LEFT JOIN LATERAL (
                SELECT id, remaining, is_general FROM grants WHERE account_id = of_accounts.account_id AND NOT spent
                ORDER BY is_general, priority, expires_at, position, id LIMIT 1
            ) AS first_grant ON cost > 0
            WHERE (cost = 0 OR first_grant.is_general AND first_grant.remaining - cost >= keep)
                AND account_id NOT IN (
                    SELECT account_ids[limit_call[i]]
                    FROM generate_subscripts(limit_ids, 1) AS i JOIN full_counters
                        ON (account_id, member_id, limit_id) = (limit_accounts[i], limit_members[i], limit_ids[i]))
                -- This process must have a lease, or another would refund the charges as abandoned.
                AND EXISTS (SELECT 1 FROM holders WHERE id = holder AND alive_until >= of_accounts.at + renewal_ms);

            SELECT array_agg(CASE WHEN place IS NOT NULL THEN nextval('charge_numbers') END ORDER BY n),
                array_agg(CASE WHEN costs[n] > 0 THEN first_grants[place] END ORDER BY n)
            INTO ids, paying
            FROM (
                SELECT n, array_position(together, account_id) AS place
                FROM unnest(account_ids) WITH ORDINALITY AS call (account_id, n)
            ) AS calls;

            INSERT INTO charges (
                id, account_id, member_id, price_id, holder_id, grant_id, created_at, state_since, quoted, cost, counted,
                attributes, shadow, plan, units)
            SELECT call.id, account_id, member_id, price_id, holder, grant_id, at, at, cost, cost, counted, attributes,
                shadow, accounts.plan, units
            FROM unnest(
                    ids, account_ids, member_ids, price_ids, paying, ats, costs, counteds, attribute_texts, shadows,
                    unit_texts)
                AS call (
                    id, account_id, member_id, price_id, grant_id, at, cost, counted, attributes, shadow, units)
            JOIN accounts ON accounts.id = account_id WHERE call.id IS NOT NULL;

            UPDATE grants SET remaining = remaining - cost, taken = taken + cost
            FROM (
                SELECT grant_id, sum(cost)::bigint AS cost FROM unnest(paying, costs) AS call (grant_id, cost)
                WHERE grant_id IS NOT NULL GROUP BY grant_id
            ) AS calls
            WHERE id = grant_id;

            WITH new_lines AS (
                SELECT nextval('journal_id_seq') AS entry, call.*
                FROM unnest(ids, account_ids, ats, costs, paying) AS call (id, account_id, at, cost, grant_id)
                WHERE id IS NOT NULL
            ), written AS (
                INSERT INTO journal (id, previous, at, account_id, kind, credits, held, charge_id, grant_id)
                SELECT entry, coalesce(lag(entry) OVER (PARTITION BY account_id ORDER BY entry), last_entry), at,
                    account_id, 'charge', -cost, cost, new_lines.id, grant_id
                FROM new_lines JOIN accounts ON accounts.id = account_id
            )
            UPDATE accounts SET last_entry = entry
            FROM (SELECT account_id, max(entry) AS entry FROM new_lines GROUP BY account_id) AS latest
            WHERE accounts.id = account_id;

            IF array_remove(call_keys, NULL) <> '{}' THEN
                INSERT INTO keys (account_id, action, key, charge_id, fingerprint, expires_at)
                SELECT account_id, action, key, id, fingerprint, expires_at
                FROM unnest(ids, account_ids, actions, call_keys, fingerprints, key_ends)
                    AS call (id, account_id, action, key, fingerprint, expires_at)
                WHERE id IS NOT NULL AND key IS NOT NULL;
            END IF;

            IF array_position(windows, NULL) IS NOT NULL THEN
                INSERT INTO counters AS old (account_id, member_id, limit_id, window_start, window_end, used)
                SELECT limit_accounts[i], limit_members[i], limit_ids[i], min(froms[i]), min(untils[i]), sum(amounts[i])
                FROM generate_subscripts(limit_ids, 1) AS i WHERE ids[limit_call[i]] IS NOT NULL AND windows[i] IS NULL
                GROUP BY limit_accounts[i], limit_members[i], limit_ids[i]
                ON CONFLICT (account_id, member_id, limit_id) DO UPDATE SET
                    used = iif(old.window_start BETWEEN excluded.window_start AND excluded.window_end, old.used, 0)
                        + excluded.used,
                    window_start = iif(old.window_start BETWEEN excluded.window_start AND excluded.window_end,
                        old.window_start, excluded.window_start),
                    window_end = greatest(iif(old.window_start BETWEEN excluded.window_start AND excluded.window_end,
                        old.window_end, 0), excluded.window_end),
                    window_ms = NULL;
            END IF;

            IF array_remove(windows, NULL) <> '{}' THEN
                PERFORM count_limit(limit_accounts[i], limit_members[i], limit_ids[i], froms[i], untils[i], windows[i],
                    amounts[i], ats[limit_call[i]], ids[limit_call[i]])
                FROM generate_subscripts(limit_ids, 1) AS i
                WHERE ids[limit_call[i]] IS NOT NULL AND windows[i] IS NOT NULL
                ORDER BY i;
            END IF;

            RETURN QUERY
                SELECT call.n, call.id, NULL, FALSE, NULL::bigint, '{}'::bigint[]
                FROM unnest(ids) WITH ORDINALITY AS call (id, n) WHERE call.id IS NOT NULL;

            FOR n IN 1 .. array_length(account_ids, 1) LOOP
                CONTINUE WHEN ids[n] IS NOT NULL;
                result := (n, NULL, NULL, FALSE, NULL, '{}');
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
                        CONTINUE WHEN limit_call[i] <> n;
                        used := limit_use(limit_accounts[i], limit_members[i], limit_ids[i], froms[i], untils[i], windows[i]);
                        CONTINUE WHEN used + amounts[i] <= maxima[i];
                        IF are_enforced[i] THEN
                            result.refusal := 'limit';
                        ELSE
                            result.exceeded := result.exceeded || i::bigint;
                        END IF;
                    END LOOP;
                END IF;

                IF result.refusal IS NULL AND costs[n] > 0 THEN
                    SELECT coalesce(sum(remaining), 0) INTO total FROM payers
                    WHERE account_id = account_ids[n] AND price_id = price_ids[n];
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

                -- Grants for some actions are spent first, then by priority, then soonest expiry, then in the plan's
                -- order, then oldest.
                rest := costs[n];
                paid_by := 0;
                one_grant := NULL;
                line := account.last_entry;
                FOR lot IN
                    SELECT id, remaining FROM payers WHERE account_id = account_ids[n] AND price_id = price_ids[n]
                    ORDER BY is_general, priority, expires_at, position, id
                LOOP
                    EXIT WHEN rest = 0;
                    CONTINUE WHEN lot.remaining = 0;
                    part := least(rest, lot.remaining);
                    left_over := lot.remaining - part;
                    IF paid_by = 0 AND left_over < keeps[n] THEN
                        result.is_low := TRUE;
                        result.spendable := total - costs[n];
                    END IF;
                    UPDATE grants SET remaining = remaining - part, taken = taken + part, spent = (left_over = 0)
                    WHERE id = lot.id;
                    INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id, grant_id)
                    VALUES (line, ats[n], account_ids[n], 'charge', -part, part, result.id, lot.id)
                    RETURNING id INTO line;
                    paid_by := paid_by + 1;
                    IF paid_by = 1 AND rest = part THEN
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
                    counted, attributes, shadow, plan, units)
                VALUES (
                    result.id, account_ids[n], member_ids[n], price_ids[n], holder, one_grant, ats[n],
                    ats[n], costs[n], costs[n], counteds[n], attribute_texts[n], shadows[n], account.plan,
                    unit_texts[n]);
                RETURN NEXT result;
            END LOOP;
        END $$;

        """
}
#endif
