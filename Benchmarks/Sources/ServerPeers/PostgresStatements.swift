import Workload

enum PostgresStatements {
    /// The limits' counters are columns of the account: one row to lock and to write, and the check and the deduction
    /// see the same version of it.
    static func tables(accounts: Int) -> String {
        """
        CREATE TABLE accounts (
            id bigint PRIMARY KEY,
            name text NOT NULL UNIQUE,
            balance bigint NOT NULL CHECK (balance >= 0),
            held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
            day date NOT NULL DEFAULT '-infinity',
            day_used bigint NOT NULL DEFAULT 0,
            month date NOT NULL DEFAULT '-infinity',
            month_used bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 50);
        CREATE TABLE charges (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            account_id bigint NOT NULL,
            credits bigint NOT NULL,
            is_settled boolean NOT NULL DEFAULT false
        );
        CREATE TABLE journal (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            account_id bigint NOT NULL,
            charge_id bigint NOT NULL,
            credits bigint NOT NULL,
            at timestamptz NOT NULL DEFAULT now()
        );
        INSERT INTO accounts (id, name, balance)
        SELECT i, 'account-' || i, \(Workload.credits) FROM generate_series(1, \(accounts)) AS i;
        ANALYZE accounts;
        \(functions)
        """
    }

    /// Parameters: account, day, month. Returns the charge, or nothing when it is refused.
    static let hold = """
        WITH account AS (
            UPDATE accounts SET
                balance = balance - \(Workload.cost), held = held + \(Workload.cost),
                day = $2::date, day_used = 1 + CASE WHEN day = $2::date THEN day_used ELSE 0 END,
                month = $3::date, month_used = 1 + CASE WHEN month = $3::date THEN month_used ELSE 0 END
            WHERE name = $1::text AND balance >= \(Workload.cost)
                AND (day <> $2::date OR day_used < \(Workload.limit))
                AND (month <> $3::date OR month_used < \(Workload.limit))
            RETURNING id
        ), charge AS (
            INSERT INTO charges (account_id, credits) SELECT id, \(Workload.cost) FROM account RETURNING id, account_id
        )
        INSERT INTO journal (account_id, charge_id, credits)
        SELECT account_id, id, -\(Workload.cost) FROM charge RETURNING charge_id
        """

    /// Parameter: charge. Returns it, or nothing when it is not held.
    static let settle = """
        WITH charge AS (
            UPDATE charges SET is_settled = true WHERE id = $1::bigint AND NOT is_settled
            RETURNING id, account_id, credits
        ), account AS (
            UPDATE accounts SET held = held - charge.credits FROM charge WHERE accounts.id = charge.account_id
        )
        INSERT INTO journal (account_id, charge_id, credits) SELECT account_id, id, 0 FROM charge RETURNING charge_id
        """

    /// `hold_call` and `settle_call` lock the account, look, and write; a refusal is an exception. The loops call them
    /// for each item in a block of its own, whose exception refuses that item alone.
    private static let functions = """
        CREATE FUNCTION hold_call(account_name text, on_day date, in_month date) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            account accounts;
            charge bigint;
        BEGIN
            SELECT * INTO account FROM accounts WHERE name = account_name FOR NO KEY UPDATE;
            IF account.balance < \(Workload.cost) THEN RAISE EXCEPTION 'too few credits'; END IF;
            IF account.day = on_day AND account.day_used >= \(Workload.limit)
                OR account.month = in_month AND account.month_used >= \(Workload.limit)
            THEN RAISE EXCEPTION 'limit'; END IF;
            UPDATE accounts SET
                balance = balance - \(Workload.cost), held = held + \(Workload.cost),
                day = on_day, day_used = 1 + CASE WHEN day = on_day THEN day_used ELSE 0 END,
                month = in_month, month_used = 1 + CASE WHEN month = in_month THEN month_used ELSE 0 END
            WHERE id = account.id;
            INSERT INTO charges (account_id, credits) VALUES (account.id, \(Workload.cost)) RETURNING id INTO charge;
            INSERT INTO journal (account_id, charge_id, credits) VALUES (account.id, charge, -\(Workload.cost));
            RETURN charge;
        END $$;

        CREATE FUNCTION settle_call(charge bigint) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            held_by bigint;
            amount bigint;
        BEGIN
            UPDATE charges SET is_settled = true WHERE id = charge AND NOT is_settled
            RETURNING account_id, credits INTO held_by, amount;
            IF NOT FOUND THEN RAISE EXCEPTION 'not held'; END IF;
            UPDATE accounts SET held = held - amount WHERE id = held_by;
            INSERT INTO journal (account_id, charge_id, credits) VALUES (held_by, charge, 0);
            RETURN charge;
        END $$;

        CREATE FUNCTION hold_each(names text[], on_day date, in_month date) RETURNS bigint[] LANGUAGE plpgsql AS $$
        DECLARE
            charges bigint[] := '{}';
            charge bigint;
        BEGIN
            -- In one order, so that two batches don't wait for each other.
            PERFORM 1 FROM accounts WHERE name = ANY (names) ORDER BY id FOR NO KEY UPDATE;
            FOR i IN 1 .. array_length(names, 1) LOOP
                BEGIN
                    charge := hold_call(names[i], on_day, in_month);
                EXCEPTION WHEN raise_exception THEN
                    charge := NULL;
                END;
                charges := charges || charge;
            END LOOP;
            RETURN charges;
        END $$;

        CREATE FUNCTION settle_each(ids bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM accounts WHERE id IN (SELECT account_id FROM charges WHERE charges.id = ANY (ids))
            ORDER BY id FOR NO KEY UPDATE;
            FOR i IN 1 .. array_length(ids, 1) LOOP
                BEGIN
                    PERFORM settle_call(ids[i]);
                EXCEPTION WHEN raise_exception THEN
                    ids[i] := NULL;
                END;
            END LOOP;
            RETURN ids;
        END $$;
        """

    /// Repeats the rows of a ledger's only account for accounts 1 to `accounts`. A row with the number n becomes
    /// `accounts` rows, with the numbers from (n - 1) * accounts + 1 on. No triggers run; that takes a superuser.
    static func repeatingRows(schema: String, accounts: Int) -> [String] {
        let tables = ["accounts", "plan_lines", "grants", "charges", "journal", "counters"]
        let script = """
            SET search_path = \(schema);
            SET session_replication_role = replica;
            DO $$
            DECLARE
                name text;
                columns text;
                numbers text;
                place tid;
            BEGIN
                FOREACH name IN ARRAY string_to_array('\(tables.joined(separator: " "))', ' ') LOOP
                    SELECT string_agg(quote_ident(column_name), ', '), string_agg(CASE
                            WHEN column_name = 'account_id' OR name = 'accounts' AND column_name = 'id' THEN 'k'
                            WHEN column_name = 'name' THEN '''account-'' || k'
                            WHEN column_name IN ('id', 'grant_id', 'charge_id', 'previous', 'last_entry', 'line_id')
                            THEN format('(%I - 1) * \(accounts) + k', column_name)
                            ELSE quote_ident(column_name) END, ', ')
                    INTO columns, numbers FROM information_schema.columns
                    WHERE table_schema = current_schema AND table_name = name AND is_generated = 'NEVER';
                    EXECUTE format('CREATE TEMP TABLE seed AS TABLE %I', name);
                    EXECUTE format('DELETE FROM %I', name);
                    FOR place IN SELECT ctid FROM seed LOOP
                        EXECUTE format(
                            'INSERT INTO %I (%s) SELECT %s FROM seed, generate_series(1, \(accounts)) AS k '
                            'WHERE seed.ctid = $1', name, columns, numbers) USING place;
                    END LOOP;
                    DROP TABLE seed;
                    IF name <> 'counters' THEN
                        EXECUTE format('SELECT setval(%L, max(id)) FROM %I',
                            iif(name = 'charges', 'charge_numbers', name || '_id_seq'), name);
                    END IF;
                END LOOP;
            END $$;
            """
        return [script, "CHECKPOINT"] + tables.map { "VACUUM ANALYZE \(schema).\($0)" }
    }

    static func ledgerSums(schema: String) -> String {
        """
        SELECT (SELECT sum(taken) FROM \(schema).grants)::bigint,
            (SELECT coalesce(sum(cost), 0) FROM \(schema).charges WHERE state = 0)::bigint
        """
    }
}
