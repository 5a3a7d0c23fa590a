extension Schema {
    static let version5Purchases = """
        -- An order at a provider: the facts about one sale. Its names are the provider's ids of its checkout and its
        -- payments; a fact belongs to the order whose name it has. An order that turned out to be part of another is
        -- merged into it, and loses its names. unknown: it belongs to no recorded purchase. hint: the recorded purchase
        -- that its metadata names, so that its payer is found when the account is forgotten. seen_at: when the latest
        -- fact about an unknown order arrived.
        CREATE TABLE orders (
            id       INTEGER PRIMARY KEY,
            provider TEXT    NOT NULL CHECK (length(CAST(provider AS BLOB)) BETWEEN 1 AND 64),
            seen_at  INTEGER NOT NULL,
            unknown  INTEGER NOT NULL CHECK (unknown IN (0, 1)),
            hint     TEXT,
            merged_into   INTEGER REFERENCES orders (id),
            CHECK (NOT unknown OR merged_into IS NULL),
            CHECK (hint IS NULL OR unknown)
        ) STRICT;

        CREATE INDEX orders_unknown ON orders (seen_at) WHERE unknown;
        CREATE INDEX orders_merged ON orders (merged_into) WHERE merged_into IS NOT NULL;
        CREATE INDEX orders_hinted ON orders (provider, hint) WHERE hint IS NOT NULL;

        CREATE TABLE order_names (
            provider TEXT    NOT NULL,
            kind     TEXT    NOT NULL CHECK (kind IN ('checkout', 'payment')),
            name     TEXT    NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
            order_id INTEGER NOT NULL REFERENCES orders (id),
            PRIMARY KEY (provider, kind, name)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX order_names_of_order ON order_names (order_id);

        -- The facts that a provider reported about an order, each once. The JSON is that of Purchase.Fact.
        CREATE TABLE facts (
            order_id INTEGER NOT NULL REFERENCES orders (id),
            fact     TEXT    NOT NULL CHECK (length(CAST(fact AS BLOB)) <= 2000),  -- JSON
            at       INTEGER NOT NULL,                                             -- when it first arrived
            PRIMARY KEY (order_id, fact)
        ) STRICT, WITHOUT ROWID;

        -- What was sold. position: the net credits granted for it, see purchase_entries. flagged: a person should
        -- review it. unpaid: the facts are only that the checkout is open, has expired, or that a payment failed.
        -- open_until: the end of the time in which the checkout counts as open. The provider says when; otherwise it
        -- is a day after opening, or ten minutes after opening if no checkout is known.
        CREATE TABLE purchases (
            id             INTEGER PRIMARY KEY,
            name           TEXT    NOT NULL UNIQUE CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 160),
            order_id       INTEGER NOT NULL UNIQUE REFERENCES orders (id),
            provider       TEXT    NOT NULL,
            account_id     INTEGER NOT NULL REFERENCES accounts (id),
            pack           TEXT    NOT NULL,
            product        TEXT    CHECK (length(CAST(product AS BLOB)) BETWEEN 1 AND 255),  -- as the provider calls it
            quantity       INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
            credits        INTEGER NOT NULL CHECK (credits BETWEEN 1 AND 9007199254740991),
            price_minor    INTEGER NOT NULL CHECK (price_minor > 0),
            currency       TEXT    NOT NULL,
            lifetime_ms    INTEGER CHECK (lifetime_ms > 0),
            actions        TEXT    CHECK (json_array_length(actions) > 0),  -- as in grants
            policy_version TEXT    NOT NULL,
            request_key    TEXT    CHECK (length(CAST(request_key AS BLOB)) <= 255),
            allows_discounts INTEGER NOT NULL CHECK (allows_discounts IN (0, 1)),
            opened_at      INTEGER NOT NULL,
            checkout       TEXT,
            checkout_url   TEXT,
            checkout_until INTEGER,
            position       INTEGER NOT NULL DEFAULT 0 CHECK (position BETWEEN 0 AND credits),
            flagged        INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
            unpaid         INTEGER NOT NULL DEFAULT 1 CHECK (unpaid IN (0, 1)),
            open_until     INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(
                checkout_until, opened_at + iif(checkout IS NULL, 600000, 86400000))),
            UNIQUE (provider, checkout),
            CHECK (NOT unpaid OR position = 0)
        ) STRICT;

        CREATE INDEX purchases_of_account ON purchases (account_id, opened_at);
        CREATE INDEX purchases_by_age ON purchases (opened_at);
        CREATE INDEX purchases_flagged ON purchases (opened_at) WHERE flagged;
        CREATE INDEX purchases_unpaid ON purchases (opened_at) WHERE unpaid;
        CREATE INDEX purchases_open ON purchases (account_id, open_until) WHERE unpaid;
        CREATE INDEX purchases_by_request ON purchases (account_id, request_key) WHERE request_key IS NOT NULL;

        -- The journal lines of a purchase: grants, reversals and debts, whose sum is its position; and `expire` lines
        -- for credits that had expired when they were taken back: if these are granted again, they are granted as
        -- expired. The entry is not a foreign key, because every new journal line would then be looked up here.
        CREATE TABLE purchase_entries (
            purchase_id INTEGER NOT NULL REFERENCES purchases (id),
            entry       INTEGER NOT NULL UNIQUE,
            PRIMARY KEY (purchase_id, entry)
        ) STRICT, WITHOUT ROWID;

        -- Who paid, as JSON, in a table of its own so that it can be deleted. After that, later details are not stored
        -- either.
        CREATE TABLE billing (
            order_id     INTEGER PRIMARY KEY REFERENCES orders (id),
            details      TEXT,
            forgotten_at INTEGER,
            CHECK (details IS NULL OR forgotten_at IS NULL)
        ) STRICT;

        -- The customer ids of accounts at providers, until they are forgotten.
        CREATE TABLE customers (
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            provider   TEXT    NOT NULL CHECK (length(CAST(provider AS BLOB)) BETWEEN 1 AND 64),
            customer   TEXT    NOT NULL CHECK (length(CAST(customer AS BLOB)) BETWEEN 1 AND 255),
            kept_at    INTEGER NOT NULL,
            UNIQUE (account_id, provider)
        ) STRICT;

        """

    static let version5Inbox = """
        -- Verified events of the providers, each stored and processed in one transaction. One that can't be processed
        -- is pending, and tried again. The body is stored only while it may be needed.
        CREATE TABLE inbox (
            id          INTEGER PRIMARY KEY,
            provider    TEXT    NOT NULL,
            event       TEXT    NOT NULL CHECK (length(CAST(event AS BLOB)) BETWEEN 1 AND 255),
            type        TEXT    NOT NULL CHECK (length(CAST(type AS BLOB)) <= 255),
            body        BLOB    NOT NULL CHECK (length(body) <= 1048576),
            state       TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'flagged', 'not ours')),
            note        TEXT,
            deliveries  INTEGER NOT NULL DEFAULT 1,
            attempts    INTEGER NOT NULL DEFAULT 0,
            received_at INTEGER NOT NULL,
            acted_at    INTEGER,
            retry_at    INTEGER,
            UNIQUE (provider, event),
            CHECK ((state = 'pending') = (retry_at IS NOT NULL)),
            CHECK ((state = 'pending') = (acted_at IS NULL)),
            CHECK (state <> 'not ours' OR length(body) = 0)
        ) STRICT;

        CREATE INDEX inbox_due ON inbox (retry_at, id) WHERE state = 'pending';
        CREATE INDEX inbox_flagged ON inbox (id) WHERE state = 'flagged';
        CREATE INDEX inbox_not_ours ON inbox (acted_at) WHERE state = 'not ours';
        CREATE INDEX inbox_bodies ON inbox (acted_at) WHERE state = 'done' AND length(body) > 0;
        CREATE INDEX inbox_flagged_bodies ON inbox (received_at) WHERE state = 'flagged' AND length(body) > 0;

        -- The orders that an event is about.
        CREATE TABLE event_orders (
            order_id INTEGER NOT NULL REFERENCES orders (id),
            inbox_id INTEGER NOT NULL REFERENCES inbox (id),
            PRIMARY KEY (order_id, inbox_id)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX event_orders_of_event ON event_orders (inbox_id);

        """
}
