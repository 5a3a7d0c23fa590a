extension ArchiveFile {
    /// The ledger's tables with the columns that explaining and reading need, without its guard triggers: rows of an
    /// archive never change.
    static let schema = """
        BEGIN;
        CREATE TABLE archive (id INTEGER PRIMARY KEY CHECK (id = 1), ledger INTEGER NOT NULL) STRICT;
        CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE members (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, name TEXT NOT NULL) STRICT;
        CREATE TABLE prices (
            id INTEGER PRIMARY KEY, action TEXT NOT NULL, names TEXT NOT NULL, policy_version TEXT NOT NULL,
            rule TEXT NOT NULL, refund_grace_ms INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE limits (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE grants (
            id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, source INTEGER NOT NULL, actions TEXT,
            priority INTEGER NOT NULL, expires_at INTEGER NOT NULL, position INTEGER NOT NULL, reference TEXT NOT NULL,
            reason TEXT, by TEXT
        ) STRICT;
        CREATE TABLE charges (
            id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, member_id INTEGER, price_id INTEGER NOT NULL,
            holder_id INTEGER NOT NULL, grant_id INTEGER, created_at INTEGER NOT NULL, quoted INTEGER NOT NULL,
            cost INTEGER NOT NULL, debt INTEGER NOT NULL, short INTEGER NOT NULL, state INTEGER NOT NULL,
            state_since INTEGER NOT NULL, reason TEXT, counted TEXT, attributes TEXT, shadow TEXT,
            plan TEXT, units TEXT, used TEXT
        ) STRICT;
        CREATE TABLE charge_grants (
            charge_id INTEGER NOT NULL, grant_id INTEGER NOT NULL, credits INTEGER NOT NULL,
            PRIMARY KEY (charge_id, grant_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE successors (abandoned INTEGER PRIMARY KEY, charge_id INTEGER NOT NULL UNIQUE) STRICT;
        CREATE TABLE keys (
            account_id INTEGER NOT NULL, action TEXT NOT NULL, key TEXT NOT NULL, charge_id INTEGER NOT NULL UNIQUE,
            fingerprint TEXT, expires_at INTEGER NOT NULL, result BLOB
        ) STRICT;
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY, previous INTEGER, at INTEGER NOT NULL, account_id INTEGER NOT NULL,
            kind TEXT NOT NULL, credits INTEGER NOT NULL, held INTEGER NOT NULL, debt INTEGER NOT NULL,
            charge_id INTEGER NOT NULL, grant_id INTEGER
        ) STRICT;
        CREATE INDEX journal_of_charge ON journal (charge_id);
        CREATE TABLE archived_lines (line INTEGER PRIMARY KEY, kept INTEGER) STRICT;
        CREATE TABLE purchases (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE purchase_entries (purchase_id INTEGER NOT NULL, entry INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE notes (id INTEGER PRIMARY KEY, by TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
        CREATE TABLE withdrawal_entries (note_id INTEGER NOT NULL, entry INTEGER PRIMARY KEY) STRICT;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = 1;
        COMMIT;
        """
}
