import FaregateBooks

extension Schema {
    static let version5Calls = """
        -- The price rules of charges: a policy's version, and a line of its files.
        -- AUTOINCREMENT: an archive has the numbers of prices that were deleted here.
        CREATE TABLE prices (
            id              INTEGER PRIMARY KEY AUTOINCREMENT,
            action          TEXT    NOT NULL,
            names           TEXT    NOT NULL, -- JSON: the action's former names, oldest first, and its present one
            policy_version  TEXT    NOT NULL,
            rule            TEXT    NOT NULL,
            refund_grace_ms INTEGER NOT NULL CHECK (refund_grace_ms >= 0),
            UNIQUE (action, policy_version, rule, refund_grace_ms)
        ) STRICT;

        \(PayersView.sql)

        -- The processes that hold charges. A live process advances its alive_until, for all its charges at once.
        CREATE TABLE holders (
            id          INTEGER PRIMARY KEY, name        TEXT    NOT NULL, alive_until INTEGER NOT NULL
        ) STRICT;

        -- One row for each gated call. Its ids are not foreign keys, since each would cost every charge a look-up;
        -- `faregate audit` checks them. grant_id is the grant that pays; if several pay, they are in charge_grants.
        -- state: 0 held, 1 settled, 2 refunded; a number, so that settling a row doesn't change its size.
        -- counted: JSON, the counts of its limits (CountedLimit). plan: the account's plan when it was charged. units:
        -- JSON, the use that was expected; used: JSON, the use that set the final price, if that is not the quote.
        CREATE TABLE charges (
            id          INTEGER PRIMARY KEY,
            account_id  INTEGER NOT NULL,
            member_id   INTEGER,
            price_id    INTEGER NOT NULL,
            holder_id   INTEGER NOT NULL,
            grant_id    INTEGER,
            created_at  INTEGER NOT NULL,
            quoted      INTEGER NOT NULL CHECK (quoted BETWEEN 0 AND 9007199254740991),
            cost        INTEGER NOT NULL CHECK (cost BETWEEN 0 AND 9007199254740991),
            debt        INTEGER NOT NULL DEFAULT 0 CHECK (debt >= 0),
            short       INTEGER NOT NULL DEFAULT 0 CHECK (short >= 0),
            state       INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 2),
            state_since INTEGER NOT NULL,
            reason      TEXT,
            counted     TEXT,
            attributes  TEXT,
            shadow      TEXT,
            plan        TEXT,
            units       TEXT,
            used        TEXT,
            CHECK (state <> 0 OR state_since = created_at),
            CHECK (state <> 2 OR cost = 0 AND debt = 0 AND short = 0)
        ) STRICT;

        CREATE INDEX charges_open ON charges (holder_id, account_id) WHERE state = 0;

        -- The processes that have open charges, including those without a row in holders. It takes one index look-up
        -- for each process, however many charges there are.
        CREATE VIEW open_holders (id) AS
            WITH RECURSIVE holder (id) AS (
                SELECT min(holder_id) FROM charges INDEXED BY charges_open WHERE state = 0
                UNION ALL
                SELECT (
                    SELECT min(holder_id) FROM charges INDEXED BY charges_open
                    WHERE state = 0 AND holder_id > holder.id)
                FROM holder WHERE holder.id IS NOT NULL)
            SELECT id FROM holder WHERE id IS NOT NULL;

        -- Charges that replace a charge that was refunded as abandoned: made by its late settlement, or by a new call
        -- under its key.
        CREATE TABLE successors (abandoned INTEGER PRIMARY KEY, charge_id INTEGER NOT NULL UNIQUE) STRICT;

        -- For charges that several grants pay: the credits that each grant holds or has paid.
        CREATE TABLE charge_grants (
            charge_id INTEGER NOT NULL,
            grant_id  INTEGER NOT NULL REFERENCES grants (id),
            credits   INTEGER NOT NULL CHECK (credits >= 0),
            PRIMARY KEY (charge_id, grant_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE keys (
            account_id  INTEGER NOT NULL,
            action      TEXT    NOT NULL,
            key         TEXT    NOT NULL,
            charge_id   INTEGER NOT NULL UNIQUE,
            fingerprint TEXT,
            expires_at  INTEGER NOT NULL,
            result      BLOB CHECK (length(result) <= 65536),
            PRIMARY KEY (account_id, action, key)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX keys_by_expiry ON keys (expires_at);

        CREATE TABLE limits (id   INTEGER PRIMARY KEY, name TEXT    NOT NULL UNIQUE) STRICT;

        -- The counts of limits: for everyone (account 0), for an account (member 0), for a member, or, if a limit is
        -- by member, for the calls without a member (member -1). A calendar window has a start, and its counter is
        -- reset in the next window. A rolling window has a length, and `used` is the sum of its hits. The counter
        -- expires at window_end.
        CREATE TABLE counters (
            account_id   INTEGER NOT NULL,
            member_id    INTEGER NOT NULL,
            limit_id     INTEGER NOT NULL,
            window_start INTEGER,
            window_ms    INTEGER,
            window_end   INTEGER NOT NULL,
            used         INTEGER NOT NULL CHECK (used BETWEEN 0 AND 9007199254740991),
            PRIMARY KEY (account_id, member_id, limit_id),
            CHECK ((window_start IS NULL) <> (window_ms IS NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE counter_hits (
            account_id INTEGER NOT NULL,
            member_id  INTEGER NOT NULL,
            limit_id   INTEGER NOT NULL,
            at         INTEGER NOT NULL,
            charge_id  INTEGER NOT NULL,
            amount     INTEGER NOT NULL CHECK (amount >= 0),
            PRIMARY KEY (account_id, member_id, limit_id, at, charge_id)
        ) STRICT, WITHOUT ROWID;

        -- The latest refusals: see Books.write(_: [Refusal.Record]).
        CREATE TABLE refusals (
            number  INTEGER PRIMARY KEY,
            id      TEXT    NOT NULL UNIQUE,
            at      INTEGER NOT NULL,
            account TEXT    NOT NULL,
            record  TEXT    NOT NULL -- JSON
        ) STRICT;

        -- The versions of the policy that were in force, with the texts of their files, in JSON. Charges record the
        -- version.
        CREATE TABLE policies (
            version   TEXT    PRIMARY KEY,
            first_at  INTEGER NOT NULL,
            latest_at INTEGER NOT NULL,
            files     TEXT    NOT NULL CHECK (length(files) <= 1048576)
        ) STRICT;

        -- The latest calls that exceeded a limit in shadow mode, a row for each limit, in the same form. A table of its
        -- own, so that they displace no refusals.
        CREATE TABLE shadowed (
            number  INTEGER PRIMARY KEY,
            id      TEXT    NOT NULL UNIQUE,
            at      INTEGER NOT NULL,
            account TEXT    NOT NULL,
            record  TEXT    NOT NULL -- JSON
        ) STRICT;

        """
}
