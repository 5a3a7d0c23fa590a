/// The tables, and the triggers that carry the rules. Versions only go forward.
enum Schema {
    /// "FARE" as a number: tells a Faregate ledger from any other SQLite file.
    /// [application_id](https://www.sqlite.org/pragma.html#pragma_application_id)
    static let applicationID: Int64 = 0x4641_5245

    /// The statements that lead from each version to the next; the first makes version 1 of an empty file.
    static let migrations: [String] = [
        version1Tables + version1Charging + version1Closing + version1Guards
    ]

    static var version: Int64 { Int64(migrations.count) }

    private static let version1Tables = """
        CREATE TABLE accounts (
            id           INTEGER PRIMARY KEY,
            name         TEXT    NOT NULL UNIQUE CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
            plan         TEXT,
            opened_at    INTEGER NOT NULL,
            suspended_at INTEGER
        ) STRICT;

        -- Where every credit that was ever granted is now.
        CREATE TABLE grants (
            id         INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            reference  TEXT    NOT NULL CHECK (length(CAST(reference AS BLOB)) BETWEEN 1 AND 255),
            source     TEXT    NOT NULL CHECK (source IN ('purchase', 'plan', 'promotion', 'adjustment')),
            reason     TEXT,
            priority   INTEGER NOT NULL CHECK (priority BETWEEN -1000 AND 1000),
            granted_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            lapsed     INTEGER NOT NULL DEFAULT 0 CHECK (lapsed IN (0, 1)), -- lives on in the grace of a refund
            granted    INTEGER NOT NULL CHECK (granted BETWEEN 1 AND 9007199254740991),
            remaining  INTEGER NOT NULL CHECK (remaining >= 0),
            held       INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
            settled    INTEGER NOT NULL DEFAULT 0 CHECK (settled >= 0),
            expired    INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
            reversed   INTEGER NOT NULL DEFAULT 0 CHECK (reversed >= 0),
            UNIQUE (account_id, reference),
            CHECK (granted = remaining + held + settled + expired + reversed)
        ) STRICT;

        CREATE INDEX grants_in_burn_order ON grants (account_id, priority, expires_at, id) WHERE remaining > 0;

        CREATE TABLE charges (
            id              INTEGER PRIMARY KEY,
            account_id      INTEGER NOT NULL REFERENCES accounts (id),
            member          TEXT,
            action          TEXT    NOT NULL,
            cost            INTEGER NOT NULL CHECK (cost BETWEEN 0 AND 9007199254740991),
            state           TEXT    NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'settled', 'refunded')),
            reason          TEXT,
            key             TEXT,
            fingerprint     TEXT,
            calendar_limits TEXT,      -- JSON: see charges_check
            rolling_limits  TEXT,      -- JSON: see charges_check
            attributes      TEXT,      -- JSON
            policy_version  TEXT    NOT NULL,
            rule            TEXT    NOT NULL,
            created_at      INTEGER NOT NULL,
            deadline        INTEGER NOT NULL,
            closed_at       INTEGER,
            refund_grace_ms INTEGER NOT NULL CHECK (refund_grace_ms >= 0),
            CHECK ((state = 'held') = (closed_at IS NULL))
        ) STRICT;

        CREATE INDEX charges_held ON charges (deadline) WHERE state = 'held';

        -- A refunded charge's key may be tried again.
        CREATE UNIQUE INDEX charges_by_key ON charges (account_id, action, key)
            WHERE key IS NOT NULL AND state <> 'refunded';

        -- Which grant paid how much of which charge, and what became of it.
        CREATE TABLE charge_grants (
            charge_id INTEGER NOT NULL REFERENCES charges (id),
            grant_id  INTEGER NOT NULL REFERENCES grants (id),
            credits   INTEGER NOT NULL CHECK (credits > 0),
            settled   INTEGER NOT NULL DEFAULT 0 CHECK (settled >= 0),
            returned  INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
            PRIMARY KEY (charge_id, grant_id),
            CHECK (settled + returned <= credits)
        ) STRICT, WITHOUT ROWID;

        -- What a limit has counted. A calendar window's counter starts anew when its window does;
        -- a rolling window's is the sum of its hits.
        CREATE TABLE counters (
            name         TEXT    NOT NULL PRIMARY KEY,
            window_start INTEGER NOT NULL,
            used         INTEGER NOT NULL CHECK (used >= 0)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE counter_hits (
            counter   TEXT    NOT NULL REFERENCES counters (name) DEFERRABLE INITIALLY DEFERRED,
            at        INTEGER NOT NULL,
            charge_id INTEGER NOT NULL REFERENCES charges (id),
            amount    INTEGER NOT NULL CHECK (amount > 0),
            PRIMARY KEY (counter, at, charge_id)
        ) STRICT, WITHOUT ROWID;

        -- Append-only. `credits` is the change of what remains, `held` of what is held.
        CREATE TABLE journal (
            id         INTEGER PRIMARY KEY,
            at         INTEGER NOT NULL,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            kind       TEXT    NOT NULL,
            credits    INTEGER NOT NULL,
            held       INTEGER NOT NULL,
            charge_id  INTEGER REFERENCES charges (id),
            grant_id   INTEGER REFERENCES grants (id),
            CHECK (CASE kind
                WHEN 'grant'  THEN credits > 0  AND held = 0        AND grant_id  IS NOT NULL
                WHEN 'charge' THEN credits <= 0 AND held = -credits AND charge_id IS NOT NULL
                WHEN 'settle' THEN credits = 0  AND held <= 0       AND charge_id IS NOT NULL
                WHEN 'refund' THEN credits >= 0 AND held = -credits AND charge_id IS NOT NULL
                WHEN 'expire' THEN credits < 0  AND held = 0        AND grant_id  IS NOT NULL
                ELSE 0 END)
        ) STRICT;

        -- For the history, which leaves settlements out; so they cost no page of this index.
        CREATE INDEX journal_by_account ON journal (account_id, id) WHERE kind <> 'settle';

        CREATE TABLE purchases (
            id             TEXT    NOT NULL PRIMARY KEY,
            provider       TEXT    NOT NULL,
            account_id     INTEGER NOT NULL REFERENCES accounts (id),
            pack           TEXT    NOT NULL,
            credits        INTEGER NOT NULL CHECK (credits BETWEEN 1 AND 9007199254740991),
            price_minor    INTEGER NOT NULL CHECK (price_minor > 0),
            currency       TEXT    NOT NULL,
            policy_version TEXT    NOT NULL,
            state          TEXT    NOT NULL DEFAULT 'opened' CHECK (state IN ('opened', 'paid')),
            checkout       TEXT,
            payment        TEXT,
            grant_id       INTEGER UNIQUE REFERENCES grants (id),
            opened_at      INTEGER NOT NULL,
            paid_at        INTEGER,
            UNIQUE (provider, checkout),
            CHECK ((state = 'paid') = (grant_id IS NOT NULL)),
            CHECK ((state = 'paid') = (paid_at IS NOT NULL))
        ) STRICT, WITHOUT ROWID;

        -- Verified events as the providers sent them: stored first, acted on afterwards.
        CREATE TABLE inbox (
            id          INTEGER PRIMARY KEY,
            provider    TEXT    NOT NULL,
            event       TEXT    NOT NULL,
            type        TEXT    NOT NULL,
            body        BLOB    NOT NULL,
            state       TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'flagged')),
            note        TEXT,
            deliveries  INTEGER NOT NULL DEFAULT 1,
            attempts    INTEGER NOT NULL DEFAULT 0,
            received_at INTEGER NOT NULL,
            acted_at    INTEGER,
            UNIQUE (provider, event)
        ) STRICT;

        CREATE INDEX inbox_open ON inbox (state, id) WHERE state <> 'done';

        """
}
