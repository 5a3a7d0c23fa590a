import FaregateBooks

/// The tables and the triggers that guard the rules. Versions only go forward, and the text of a
/// released version never changes: a test checks its hash.
enum Schema {
    static let migrations = Migrations(
        /// "FARE" as a number: the mark of a Faregate ledger.
        applicationID: 0x4641_5245,
        firstVersion: 5,
        texts: [
            version5Accounts + version5Calls + version5Journal + version5Purchases + version5Inbox + version5Guards
                + version5PurchaseGuards + ReportViews.sql(now: "unixepoch() * 1000")
        ]
    )

    /// A ledger that is being copied into a file. "FARC" as a number: no process takes it for a ledger.
    static let unfinishedCopy = Migrations(
        applicationID: 0x4641_5243, firstVersion: migrations.firstVersion, texts: migrations.texts
    )

    private static let version5Accounts = """
        -- One row about the file itself. is_complete: whether the whole ledger is in the file. While the ledger is
        -- open, this is 0 in the file itself and 1 in the log. Copying the log into the file makes it 1 there too; a
        -- copy of the file without its log still has 0. version: the version of the schema, which a process compares
        -- with its own before it writes. identity: a random number, by which an archive recognises its ledger.
        -- archived_before: charges closed before this time may be in an archive. generation: increases when rows whose
        -- numbers processes cache (prices, members) are deleted.
        CREATE TABLE ledger (
            id              INTEGER PRIMARY KEY CHECK (id = 1),
            version         INTEGER NOT NULL,
            is_complete     INTEGER NOT NULL CHECK (is_complete IN (0, 1)),
            generation      INTEGER NOT NULL,
            identity        INTEGER NOT NULL DEFAULT (random()),
            archived_before INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        INSERT INTO ledger (id, version, is_complete, generation) VALUES (1, 5, 1, 1);

        -- due_at: from this time on the account must be refreshed before a charge, because a grant has expired or its
        -- plan owes it one. last_entry: its latest journal line, from which journal.previous leads back.
        CREATE TABLE accounts (
            id           INTEGER PRIMARY KEY,
            name         TEXT    NOT NULL UNIQUE CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
            plan         TEXT,
            opened_at    INTEGER NOT NULL,
            suspended_at INTEGER,
            due_at       INTEGER NOT NULL DEFAULT 0,
            debt         INTEGER NOT NULL DEFAULT 0 CHECK (debt BETWEEN 0 AND 9007199254740991),
            last_entry   INTEGER
        ) STRICT;

        -- AUTOINCREMENT: an archive has the numbers of members that were deleted here.
        CREATE TABLE members (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            name       TEXT    NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
            UNIQUE (account_id, name)
        ) STRICT;

        -- The actions of people on accounts.
        CREATE TABLE notes (
            id         INTEGER PRIMARY KEY,
            at         INTEGER NOT NULL,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            kind       TEXT    NOT NULL,
            by         TEXT    NOT NULL,
            reason     TEXT    NOT NULL
        ) STRICT;

        CREATE INDEX notes_of_account ON notes (account_id);

        -- The progress of a plan's recurring grant: when its first period began, and the number of the latest period
        -- that was granted, which ends at ends_at. The number only grows, so no period is granted twice, whatever the
        -- clock does. room: the most credits of earlier periods that may still be carried over into this one.
        CREATE TABLE plan_lines (
            id         INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            plan       TEXT    NOT NULL,
            line       TEXT    NOT NULL,
            since      INTEGER NOT NULL,
            period     INTEGER NOT NULL,
            ends_at    INTEGER NOT NULL,
            room       INTEGER NOT NULL CHECK (room >= 0),
            UNIQUE (account_id, plan, line)
        ) STRICT;

        -- Where every granted credit is now. taken: held by open charges, settled, or used to pay debts (settling
        -- changes nothing here). spent: whether nothing remains; the index in spending order leaves spent grants out.
        -- actions: JSON, the names of the actions that the credits pay for; NULL for all actions. Credits for some
        -- actions are spent before general ones. position: among grants of one priority that expire together, a plan's
        -- grants are spent first, in the plan's order. lapsed_at: when the grant expired, if credits were returned to
        -- it since; these are spendable until expires_at. returned: the credits of a plan's period that were returned
        -- after its end, and may be carried over at the next refresh. line_id, period: the plan line and the period
        -- that a recurring grant is for. archived_entry: its journal line for archived charges.
        CREATE TABLE grants (
            id             INTEGER PRIMARY KEY,
            account_id     INTEGER NOT NULL REFERENCES accounts (id),
            source         INTEGER NOT NULL CHECK (source BETWEEN 0 AND 3), -- plan, purchase, promotion, adjustment
            actions        TEXT    CHECK (json_array_length(actions) > 0),
            is_general     INTEGER NOT NULL GENERATED ALWAYS AS (actions IS NULL),
            priority       INTEGER NOT NULL CHECK (priority BETWEEN -1000 AND 1000),
            expires_at     INTEGER NOT NULL,
            position       INTEGER NOT NULL,
            lapsed_at      INTEGER,
            spent          INTEGER NOT NULL DEFAULT 0 CHECK (spent IN (0, 1)),
            granted        INTEGER NOT NULL CHECK (granted BETWEEN 1 AND 9007199254740991),
            remaining      INTEGER NOT NULL CHECK (remaining >= 0),
            taken          INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0),
            expired        INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
            reversed       INTEGER NOT NULL DEFAULT 0 CHECK (reversed >= 0),
            returned       INTEGER NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND granted),
            granted_at     INTEGER NOT NULL,
            line_id        INTEGER REFERENCES plan_lines (id),
            period         INTEGER,
            reference      TEXT    NOT NULL CHECK (length(CAST(reference AS BLOB)) BETWEEN 1 AND 255),
            reason         TEXT,
            by             TEXT,
            archived_entry INTEGER,
            UNIQUE (account_id, reference),
            CHECK (granted = remaining + taken + expired + reversed),
            CHECK (NOT spent OR remaining = 0),
            CHECK ((line_id IS NULL) = (period IS NULL))
        ) STRICT;

        CREATE INDEX grants_by_period ON grants (line_id, period) WHERE line_id IS NOT NULL;

        CREATE INDEX grants_returned ON grants (account_id) WHERE returned > 0;

        CREATE INDEX grants_in_spending_order ON grants (account_id, is_general, priority, expires_at, position, id)
            WHERE NOT spent;

        """

    private static let version5Journal = """
        -- Append-only. credits: the change of the grant's remaining credits. held: the change of the credits that
        -- charges hold. debt: the change of the account's debt. A settlement reduces what is held. previous: the line
        -- before this one in the account's history, which leaves out settlements. Before a reversal takes expired
        -- credits, an `expire` line returns them to the grant. A debt without a charge belongs to a purchase or a
        -- withdrawal. An `archive` line has the credits that archived charges took from the grant.
        CREATE TABLE journal (
            id         INTEGER PRIMARY KEY,
            previous   INTEGER,
            at         INTEGER NOT NULL,
            account_id INTEGER NOT NULL,
            kind       TEXT    NOT NULL,
            credits    INTEGER NOT NULL,
            held       INTEGER NOT NULL DEFAULT 0,
            debt       INTEGER NOT NULL DEFAULT 0,
            charge_id  INTEGER,
            grant_id   INTEGER,
            -- OR instead of CASE: SQLite checks it faster.
            CHECK (
                kind = 'charge' AND credits <= 0 AND held = -credits AND debt = 0 AND charge_id IS NOT NULL
                OR kind = 'settle' AND credits = 0 AND held <= 0 AND debt = 0 AND charge_id IS NOT NULL
                OR kind = 'grant' AND credits > 0 AND held = 0 AND debt = 0 AND grant_id IS NOT NULL
                OR kind = 'refund' AND credits >= 0 AND held = -credits AND debt = 0 AND charge_id IS NOT NULL
                OR kind = 'debt' AND credits = 0 AND held = 0 AND debt > 0
                OR kind = 'repay' AND credits < 0 AND held = 0 AND debt = credits AND grant_id IS NOT NULL
                OR kind = 'expire' AND credits <> 0 AND held = 0 AND debt = 0 AND grant_id IS NOT NULL
                OR kind = 'reverse' AND credits < 0 AND held = 0 AND debt = 0 AND grant_id IS NOT NULL
                OR kind = 'archive' AND credits <= 0 AND held = 0 AND debt = 0 AND grant_id IS NOT NULL
                    AND charge_id IS NULL)
        ) STRICT;

        -- Withdrawals by people, each with a reference, so that a repeat takes nothing more. grant_id: the grant, if
        -- one was named. The note says who and why.
        CREATE TABLE withdrawals (
            note_id    INTEGER PRIMARY KEY REFERENCES notes (id),
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            reference  TEXT    NOT NULL CHECK (length(CAST(reference AS BLOB)) BETWEEN 1 AND 255),
            credits    INTEGER NOT NULL CHECK (credits BETWEEN 1 AND 9007199254740991),
            grant_id   INTEGER REFERENCES grants (id),
            UNIQUE (account_id, reference)
        ) STRICT;

        -- The journal lines of a withdrawal: see purchase_entries.
        CREATE TABLE withdrawal_entries (
            note_id INTEGER NOT NULL REFERENCES withdrawals (note_id),
            entry   INTEGER NOT NULL UNIQUE,
            PRIMARY KEY (note_id, entry)
        ) STRICT, WITHOUT ROWID;

        -- Where an account's history continues past a run of archived lines. line: the last line of the run. kept: the
        -- line before the run.
        CREATE TABLE archived_lines (
            line INTEGER PRIMARY KEY,
            kept INTEGER
        ) STRICT;

        CREATE INDEX archived_lines_by_kept ON archived_lines (kept);

        -- The archived charges that the current transaction removes from the ledger.
        CREATE TABLE archiving (
            charge_id INTEGER PRIMARY KEY
        ) STRICT;

        """
}
