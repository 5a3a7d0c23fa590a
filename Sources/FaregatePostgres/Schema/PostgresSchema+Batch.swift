#if Postgres
extension PostgresSchema {
    /// Begins the transaction of a batch.
    static let batch = """
        -- Begins a batch: writes its id, and locks its accounts, so that no two batches wait for each other. Every
        -- batch takes its locks in the same order: first those for names without an account, then the accounts.
        -- Returns the numbers of the batch's accounts; if it has none, one row without an account.
        CREATE FUNCTION begin_batch(batch bigint, account_names text[])
        RETURNS TABLE (version bigint, generation bigint, account_id bigint, account_name text) LANGUAGE plpgsql AS $$
        DECLARE
            names text[];
        BEGIN
            -- A setting of the server, of the database or of the role, which can change at any time.
            IF current_setting('synchronous_commit') = 'off' THEN
                PERFORM set_config('synchronous_commit', 'on', TRUE);
            END IF;

            INSERT INTO batches (id) VALUES (batch);

            -- A row that doesn't exist can't be locked, and two batches that insert the same names in different orders
            -- would wait for each other. All names share 1024 locks, because PostgreSQL has room for only a few
            -- thousand. Batches whose names share a lock run one after the other.
            names := ARRAY(SELECT name FROM accounts WHERE name = ANY (account_names));
            IF cardinality(names) < cardinality(account_names) THEN
                PERFORM pg_advisory_xact_lock(hashtext(current_schema::text), place) FROM (
                    SELECT DISTINCT (hashtextextended(name, 0) & 1023)::int AS place
                    FROM unnest(account_names) AS wanted (name) WHERE name <> ALL (names)
                    ORDER BY place
                ) AS places;
            END IF;

            -- Includes accounts that others opened while this batch waited for a name.
            RETURN QUERY
                SELECT ledger.version, ledger.generation, account.id, account.name
                FROM ledger LEFT JOIN (
                    SELECT id, name FROM accounts WHERE name = ANY (account_names) ORDER BY id FOR NO KEY UPDATE
                ) AS account ON TRUE;
        END $$;

        """
}
#endif
