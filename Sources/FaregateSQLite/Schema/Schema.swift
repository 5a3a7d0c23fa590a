/// The tables, and the triggers that carry the rules. Versions only go forward.
enum Schema {
    /// "FARE" as a number: tells a Faregate ledger from any other SQLite file.
    /// [application_id](https://www.sqlite.org/pragma.html#pragma_application_id)
    static let applicationID: Int64 = 0x4641_5245

    /// The first version that was released. Files of versions before it can't be read.
    static let firstVersion: Int64 = 4

    /// The statements that lead from each version to the next; the first makes ``firstVersion`` of an empty file.
    static let migrations: [String] = [
        version4Tables + version4Calls + version4Purchases + version4Inbox + version4Guards + version4PurchaseGuards
    ]

    static var version: Int64 { firstVersion + Int64(migrations.count) - 1 }

    /// How many limits a ledger tells apart, as a power of two: see `counters`.
    static let limitBits: Int64 = 16

    /// How many grants an account can have, as a power of two: see `grants`.
    static let grantBits: Int64 = 20

    private static let version4Tables = """
        -- What charges need to know of an account lies in its row: `due_at` is when it must be seen to before the next
        -- charge (a grant expires, or its plan owes it one), `burning` the grant that burns first. What they change is
        -- `last_entry`, its latest line of the journal, from which `journal.previous` leads back, and what the limits
        -- that have a slot have counted for it: see `limits`. While a grant is in turn these stand in the grant's row
        -- instead, so that a charge changes no other.
        CREATE TABLE accounts (
            id           INTEGER PRIMARY KEY,
            name         TEXT    NOT NULL UNIQUE CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
            plan         TEXT,
            opened_at    INTEGER NOT NULL,
            suspended_at INTEGER,
            due_at       INTEGER NOT NULL DEFAULT 0,
            burning      INTEGER,
            last_entry   INTEGER,
            debt         INTEGER NOT NULL DEFAULT 0 CHECK (debt BETWEEN 0 AND 9007199254740991),
            \(Slot.columns)
        ) STRICT;

        CREATE TABLE members (
            id         INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            name       TEXT    NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
            UNIQUE (account_id, name)
        ) STRICT;

        -- What people did to an account by hand.
        CREATE TABLE notes (
            id         INTEGER PRIMARY KEY,
            at         INTEGER NOT NULL,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            deed       TEXT    NOT NULL,
            by         TEXT    NOT NULL,
            reason     TEXT    NOT NULL
        ) STRICT;

        -- How far a recurring grant of a plan has come: `since` is when its first period began, `period` the number of
        -- the latest one that was granted. It only grows: no period is ever granted twice, whatever the clock does.
        CREATE TABLE plan_periods (
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            plan       TEXT    NOT NULL,
            line       TEXT    NOT NULL,
            since      INTEGER NOT NULL,
            period     INTEGER NOT NULL,
            PRIMARY KEY (account_id, plan, line)
        ) STRICT, WITHOUT ROWID;

        -- Where every credit that was ever granted is now. `taken` is held by open charges or settled: a settlement
        -- moves nothing here, which is why it is cheap. `spent` keeps the burn order's index short. The id says whose:
        -- (account << 20) | number, so that the grants of an account lie side by side.
        CREATE TABLE grants (
            id         INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            source     INTEGER NOT NULL CHECK (source BETWEEN 0 AND 3), -- plan, purchase, promotion, adjustment
            priority   INTEGER NOT NULL CHECK (priority BETWEEN -1000 AND 1000),
            expires_at INTEGER NOT NULL,
            lapsed     INTEGER NOT NULL DEFAULT 0 CHECK (lapsed IN (0, 1)), -- lives on in the grace of a refund
            spent      INTEGER NOT NULL DEFAULT 0 CHECK (spent IN (0, 1)),
            granted    INTEGER NOT NULL CHECK (granted BETWEEN 1 AND 9007199254740991),
            remaining  INTEGER NOT NULL CHECK (remaining >= 0),
            taken      INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0),
            expired    INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
            reversed   INTEGER NOT NULL DEFAULT 0 CHECK (reversed >= 0),
            granted_at INTEGER NOT NULL,
            reference  TEXT    NOT NULL CHECK (length(CAST(reference AS BLOB)) BETWEEN 1 AND 255),
            last_entry INTEGER,                    -- this, and the slots, while it is in turn: see accounts
            \(Slot.columns),
            reason     TEXT,
            by         TEXT,
            UNIQUE (account_id, reference),
            CONSTRAINT "an account has at most 1,048,575 grants" CHECK (id >> 20 = account_id),
            CHECK (granted = remaining + taken + expired + reversed),
            CHECK (NOT spent OR remaining = 0)
        ) STRICT;

        CREATE INDEX grants_in_burn_order ON grants (account_id, priority, expires_at, id) WHERE NOT spent;

        -- A statement sets one of the two, `burning` or `last_entry`.
        CREATE TRIGGER accounts_turn AFTER UPDATE OF burning ON accounts WHEN NEW.burning IS NOT OLD.burning
        BEGIN
            UPDATE accounts SET (last_entry, \(Slot.names)) = (
                SELECT last_entry, \(Slot.names) FROM grants WHERE id = OLD.burning)
            WHERE id = NEW.id AND EXISTS (SELECT 1 FROM grants WHERE id = OLD.burning);

            UPDATE grants SET (last_entry, \(Slot.names)) = (
                SELECT last_entry, \(Slot.names) FROM accounts WHERE id = NEW.id)
            WHERE id = NEW.burning;
        END;

        CREATE TRIGGER accounts_latest_line AFTER UPDATE OF last_entry ON accounts
        BEGIN
            UPDATE grants SET last_entry = NEW.last_entry WHERE id = NEW.burning;
        END;

        """

    private static let version4Calls = """
        -- The price rules that charges were made under, pinned: a policy's version, a line of its files.
        CREATE TABLE prices (
            id              INTEGER PRIMARY KEY,
            action          TEXT    NOT NULL,
            policy_version  TEXT    NOT NULL,
            rule            TEXT    NOT NULL,
            refund_grace_ms INTEGER NOT NULL CHECK (refund_grace_ms >= 0),
            UNIQUE (action, policy_version, rule, refund_grace_ms)
        ) STRICT;

        -- The processes that hold charges. One that is alive moves `alive_until` on, for all its charges at once.
        CREATE TABLE holders (
            id          INTEGER PRIMARY KEY,
            name        TEXT    NOT NULL,
            alive_until INTEGER NOT NULL
        ) STRICT;

        -- One row per gated call. Its ids are not declared as references: each would cost every charge a look-up, and
        -- `faregate audit` follows them. Who paid: one grant, named here, or several, in charge_grants. Its state is a
        -- number, and since when it is in it is always known: so a row that is settled keeps its size and its place.
        CREATE TABLE charges (
            id         INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL,
            member_id  INTEGER,
            price_id   INTEGER NOT NULL,
            holder_id  INTEGER NOT NULL,
            grant_id   INTEGER,
            created_at INTEGER NOT NULL,
            quoted     INTEGER NOT NULL CHECK (quoted BETWEEN 0 AND 9007199254740991),
            cost       INTEGER NOT NULL CHECK (cost BETWEEN 0 AND 9007199254740991),
            debt       INTEGER NOT NULL DEFAULT 0 CHECK (debt >= 0),
            short      INTEGER NOT NULL DEFAULT 0 CHECK (short >= 0),
            state      INTEGER NOT NULL DEFAULT \(StoredState.held) CHECK (state BETWEEN 0 AND 2), -- held, settled, refunded
            state_since INTEGER NOT NULL,
            reason     TEXT,
            counted    TEXT,                       -- JSON: see CountedLimits
            attributes TEXT,                       -- JSON
            shadow     TEXT,
            CHECK (state <> \(StoredState.held) OR state_since = created_at),
            CHECK (state <> \(StoredState.refunded) OR cost = 0 AND debt = 0 AND short = 0)
        ) STRICT;

        CREATE INDEX charges_open ON charges (account_id) WHERE state = \(StoredState.held);

        -- The charges that were made in place of others, which had been refunded as abandoned and were settled after all.
        CREATE TABLE late_charges (
            abandoned INTEGER PRIMARY KEY,
            charge_id INTEGER NOT NULL UNIQUE
        ) STRICT;

        -- Which grants pay a charge that one alone does not: what they hold for it, or paid. (No reference to charges:
        -- every new charge would look here for what refers to it.)
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
            result      BLOB,                      -- see the trigger keys_keep_small_results
            PRIMARY KEY (account_id, action, key)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX keys_by_expiry ON keys (expires_at);

        -- The first limits that count an account's calls by the calendar have a slot: what they count stands in the row
        -- of the account, or of its grant in turn. A limit keeps its slot, and never gets one later.
        CREATE TABLE limits (
            id   INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 65535),
            name TEXT    NOT NULL UNIQUE,
            slot INTEGER UNIQUE CHECK (slot BETWEEN 1 AND \(Slot.all.count))
        ) STRICT;

        -- What the other limits have counted. The id says whose: (subject << 16) | limit, so that the counters of an
        -- account lie side by side; the subject is twice an account's id, twice a member's id plus one, or zero for
        -- everyone. A calendar window's counter starts anew when its window does; a rolling window's is the sum of its
        -- hits.
        CREATE TABLE counters (
            id           INTEGER PRIMARY KEY,
            window_start INTEGER NOT NULL,
            used         INTEGER NOT NULL CHECK (used >= 0)
        ) STRICT;

        -- All of it, for whoever looks at all of it.
        CREATE VIEW counts (counter, window_start, used) AS
            SELECT id, window_start, used FROM counters
            \(Slot.all.map { "UNION ALL \($0.counts)" }.joined(separator: "\n            "));

        CREATE TABLE counter_hits (
            counter   INTEGER NOT NULL,
            at        INTEGER NOT NULL,
            charge_id INTEGER NOT NULL,
            amount    INTEGER NOT NULL CHECK (amount >= 0),
            PRIMARY KEY (counter, at, charge_id)
        ) STRICT, WITHOUT ROWID;

        -- Append-only. `credits` is the change of what remains of the grant, `held` of what is held of it, `debt` of what
        -- the account owes; what a charge settles is what leaves both. `previous` is the account's line before. What had
        -- expired and is taken back by a reversal is unexpired first. A debt without a charge is a purchase's.
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
            -- No CASE: what lies in one is worked out to the end, also where its first word settles it.
            CHECK (
                kind = 'charge' AND credits <= 0 AND held = -credits AND debt = 0 AND charge_id IS NOT NULL
                OR kind = 'settle' AND credits = 0 AND held <= 0 AND debt = 0 AND charge_id IS NOT NULL
                OR kind = 'grant' AND credits > 0 AND held = 0 AND debt = 0 AND grant_id IS NOT NULL
                OR kind = 'refund' AND credits >= 0 AND held = -credits AND debt = 0 AND charge_id IS NOT NULL
                OR kind = 'debt' AND credits = 0 AND held = 0 AND debt > 0
                OR kind = 'repay' AND credits < 0 AND held = 0 AND debt = credits AND grant_id IS NOT NULL
                OR kind = 'expire' AND credits <> 0 AND held = 0 AND debt = 0 AND grant_id IS NOT NULL
                OR kind = 'reverse' AND credits < 0 AND held = 0 AND debt = 0 AND grant_id IS NOT NULL)
        ) STRICT;

        -- A bounded log: see SQLiteLedger.keep.
        CREATE TABLE refusals (
            id      TEXT    NOT NULL PRIMARY KEY,
            at      INTEGER NOT NULL,
            account TEXT    NOT NULL,
            record  TEXT    NOT NULL               -- JSON
        ) STRICT;

        CREATE INDEX refusals_by_age ON refusals (at);

        """
}
