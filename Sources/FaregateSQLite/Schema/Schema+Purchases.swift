extension Schema {
    static let version2Purchases = """
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
