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
}
