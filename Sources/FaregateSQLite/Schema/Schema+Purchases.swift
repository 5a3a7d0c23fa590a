extension Schema {
    static let version5Purchases = """
        -- An order at a provider: facts that share a name. One that turned out to be part of another has joined it, and
        -- has no names any more.
        CREATE TABLE orders (
            id       INTEGER PRIMARY KEY,
            provider TEXT    NOT NULL CHECK (length(CAST(provider AS BLOB)) BETWEEN 1 AND 64),
            seen_at  INTEGER NOT NULL,
            joined   INTEGER REFERENCES orders (id)
        ) STRICT;

        CREATE TABLE order_names (
            provider TEXT    NOT NULL,
            kind     TEXT    NOT NULL CHECK (kind IN ('checkout', 'payment')),
            name     TEXT    NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
            order_id INTEGER NOT NULL REFERENCES orders (id),
            PRIMARY KEY (provider, kind, name)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX order_names_of_order ON order_names (order_id);

        -- What a provider said of an order: a set. The spelling of a fact is that of PurchaseFact.
        CREATE TABLE facts (
            order_id INTEGER NOT NULL REFERENCES orders (id),
            fact     TEXT    NOT NULL CHECK (length(CAST(fact AS BLOB)) <= 2000),  -- JSON
            at       INTEGER NOT NULL,                                             -- when it was first heard
            PRIMARY KEY (order_id, fact)
        ) STRICT, WITHOUT ROWID;

        -- What was sold. `position` is what the account has received for it on balance: see purchase_entries. `flagged`
        -- is kept for finding those that a person should look at.
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
            policy_version TEXT    NOT NULL,
            request_key    TEXT    CHECK (length(CAST(request_key AS BLOB)) <= 255),
            allows_discounts INTEGER NOT NULL CHECK (allows_discounts IN (0, 1)),
            opened_at      INTEGER NOT NULL,
            checkout       TEXT,
            checkout_url   TEXT,
            checkout_until INTEGER,
            position       INTEGER NOT NULL DEFAULT 0 CHECK (position BETWEEN 0 AND credits),
            flagged        INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
            UNIQUE (provider, checkout)
        ) STRICT;

        CREATE INDEX purchases_of_account ON purchases (account_id, opened_at);
        CREATE INDEX purchases_by_age ON purchases (opened_at);
        CREATE INDEX purchases_flagged ON purchases (opened_at) WHERE flagged;
        CREATE INDEX purchases_by_request ON purchases (account_id, request_key) WHERE request_key IS NOT NULL;

        -- The lines of the journal that a purchase brought about: grants, reversals and debts, whose sum is its position;
        -- and what of it had expired when it was taken back, so that it comes back expired. (No reference to the journal:
        -- every new line of it would look here for what refers to it.)
        CREATE TABLE purchase_entries (
            purchase_id INTEGER NOT NULL REFERENCES purchases (id),
            entry       INTEGER NOT NULL UNIQUE,
            PRIMARY KEY (purchase_id, entry)
        ) STRICT, WITHOUT ROWID;

        -- Who paid, as JSON: apart from the books, so that it can be forgotten. What comes later is forgotten too.
        CREATE TABLE billing (
            order_id     INTEGER PRIMARY KEY REFERENCES orders (id),
            details      TEXT,
            forgotten_at INTEGER,
            CHECK (details IS NULL OR forgotten_at IS NULL)
        ) STRICT;

        -- The customers that accounts have at providers, by the providers' ids, until they are forgotten.
        CREATE TABLE customers (
            account_id INTEGER NOT NULL REFERENCES accounts (id),
            provider   TEXT    NOT NULL CHECK (length(CAST(provider AS BLOB)) BETWEEN 1 AND 64),
            customer   TEXT    NOT NULL CHECK (length(CAST(customer AS BLOB)) BETWEEN 1 AND 255),
            kept_at    INTEGER NOT NULL,
            UNIQUE (account_id, provider)
        ) STRICT;

        """

    static let version5Inbox = """
        -- Verified events as the providers sent them: stored first, acted on afterwards.
        CREATE TABLE inbox (
            id          INTEGER PRIMARY KEY,
            provider    TEXT    NOT NULL,
            event       TEXT    NOT NULL CHECK (length(CAST(event AS BLOB)) BETWEEN 1 AND 255),
            type        TEXT    NOT NULL CHECK (length(CAST(type AS BLOB)) <= 255),
            body        BLOB    NOT NULL CHECK (length(body) <= 1048576),
            state       TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'flagged')),
            note        TEXT,
            deliveries  INTEGER NOT NULL DEFAULT 1,
            attempts    INTEGER NOT NULL DEFAULT 0,
            received_at INTEGER NOT NULL,
            acted_at    INTEGER,
            retry_at    INTEGER,
            UNIQUE (provider, event),
            CHECK ((state = 'pending') = (retry_at IS NOT NULL)),
            CHECK ((state = 'pending') = (acted_at IS NULL))
        ) STRICT;

        CREATE INDEX inbox_due ON inbox (retry_at, id) WHERE state = 'pending';
        CREATE INDEX inbox_flagged ON inbox (id) WHERE state = 'flagged';
        CREATE INDEX inbox_bodies ON inbox (acted_at) WHERE state = 'done' AND length(body) > 0;

        -- Which orders an event spoke of.
        CREATE TABLE event_orders (
            order_id INTEGER NOT NULL REFERENCES orders (id),
            inbox_id INTEGER NOT NULL REFERENCES inbox (id),
            PRIMARY KEY (order_id, inbox_id)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX event_orders_of_event ON event_orders (inbox_id);

        """

    /// The promise that a purchase grants its net position, no more and no less: every credit that comes or goes for it is
    /// an entry, its position is what the entries come to, and lies between nothing and what was sold.
    static let version5PurchaseGuards = """
        CREATE TRIGGER purchase_entries_fit BEFORE INSERT ON purchase_entries
            WHEN NOT EXISTS (
                SELECT 1 FROM journal JOIN purchases ON purchases.account_id = journal.account_id
                WHERE journal.id = NEW.entry AND purchases.id = NEW.purchase_id AND journal.charge_id IS NULL
                    AND journal.kind IN ('grant', 'reverse', 'debt', 'expire'))
        BEGIN SELECT RAISE(ABORT, 'faregate:a purchase grants to its own account'); END;

        CREATE TRIGGER purchase_entries_add_up AFTER INSERT ON purchase_entries
        BEGIN
            UPDATE purchases SET position = position + (
                SELECT iif(kind = 'expire', 0, credits - debt) FROM journal WHERE id = NEW.entry)
            WHERE id = NEW.purchase_id;
        END;

        CREATE TRIGGER purchases_stand_where_their_entries_lead BEFORE UPDATE OF position ON purchases
            WHEN NEW.position <> (
                SELECT coalesce(sum(iif(kind = 'expire', 0, credits - debt)), 0)
                FROM purchase_entries JOIN journal ON journal.id = entry WHERE purchase_id = OLD.id)
        BEGIN SELECT RAISE(ABORT, 'faregate:a purchase is worth what its entries come to'); END;

        CREATE TRIGGER purchase_entries_stay BEFORE DELETE ON purchase_entries
        BEGIN SELECT RAISE(ABORT, 'faregate:the entries of a purchase are append-only'); END;

        CREATE TRIGGER purchase_entries_keep BEFORE UPDATE ON purchase_entries
        BEGIN SELECT RAISE(ABORT, 'faregate:the entries of a purchase are append-only'); END;

        CREATE TRIGGER purchases_keep_their_worth
            BEFORE UPDATE OF id, name, order_id, provider, account_id, pack, product, quantity, credits, price_minor,
                currency, lifetime_ms, policy_version, request_key, allows_discounts, opened_at ON purchases
        BEGIN SELECT RAISE(ABORT, 'faregate:a purchase keeps its worth'); END;

        CREATE TRIGGER purchases_keep_their_checkout BEFORE UPDATE OF checkout ON purchases
            WHEN OLD.checkout IS NOT NULL AND NEW.checkout IS NOT OLD.checkout
        BEGIN SELECT RAISE(ABORT, 'faregate:a purchase keeps its checkout'); END;

        CREATE TRIGGER purchases_stay BEFORE DELETE ON purchases
        BEGIN SELECT RAISE(ABORT, 'faregate:purchases are never deleted'); END;

        CREATE TRIGGER orders_stay BEFORE DELETE ON orders
        BEGIN SELECT RAISE(ABORT, 'faregate:orders are never deleted'); END;

        CREATE TRIGGER orders_join_once BEFORE UPDATE ON orders
            WHEN OLD.joined IS NOT NULL OR EXISTS (SELECT 1 FROM purchases WHERE order_id = OLD.id)
        BEGIN SELECT RAISE(ABORT, 'faregate:an order with a purchase joins no other'); END;

        CREATE TRIGGER order_names_stay BEFORE DELETE ON order_names
        BEGIN SELECT RAISE(ABORT, 'faregate:an order keeps its names'); END;

        CREATE TRIGGER facts_stay BEFORE DELETE ON facts
        BEGIN SELECT RAISE(ABORT, 'faregate:facts are never forgotten'); END;

        CREATE TRIGGER facts_keep BEFORE UPDATE ON facts
        BEGIN SELECT RAISE(ABORT, 'faregate:facts never change'); END;

        CREATE TRIGGER facts_of_orders BEFORE INSERT ON facts
            WHEN (SELECT joined FROM orders WHERE id = NEW.order_id) IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'faregate:what has joined another order learns nothing'); END;

        CREATE TRIGGER inbox_stays BEFORE DELETE ON inbox
        BEGIN SELECT RAISE(ABORT, 'faregate:events are never deleted'); END;

        CREATE TRIGGER inbox_done_stays_done BEFORE UPDATE OF state ON inbox
            WHEN OLD.state = 'done' AND NEW.state <> 'done'
        BEGIN SELECT RAISE(ABORT, 'faregate:what was acted on stays done'); END;

        CREATE TRIGGER billing_stays_forgotten BEFORE UPDATE ON billing
            WHEN OLD.forgotten_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'faregate:what was forgotten stays forgotten'); END;

        """
}
