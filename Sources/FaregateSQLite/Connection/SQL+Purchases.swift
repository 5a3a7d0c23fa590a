/// The statements of purchases and of the inbox.
extension SQL {
    var purchaseText: String {
        switch self {

        // MARK: Orders

        case .addOrder: "INSERT INTO orders (provider, seen_at) VALUES (?1, ?2)"
        case .orderNamed: "SELECT order_id FROM order_names WHERE provider = ?1 AND kind = ?2 AND name = ?3"
        case .addName:
            "INSERT INTO order_names (provider, kind, name, order_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"
        // What was said of one is said of the other. The facts of the one that joins stay where they are, too.
        case .moveNames: "UPDATE order_names SET order_id = ?2 WHERE order_id = ?1"
        case .joinFacts:
            """
            INSERT INTO facts (order_id, fact, at) SELECT ?2, fact, at FROM facts WHERE order_id = ?1
            ON CONFLICT DO NOTHING
            """
        case .joinEvents:
            """
            INSERT INTO event_orders (inbox_id, order_id) SELECT inbox_id, ?2 FROM event_orders WHERE order_id = ?1
            ON CONFLICT DO NOTHING
            """
        case .joinOrder: "UPDATE orders SET joined = ?2 WHERE id = ?1"
        case .addFact: "INSERT INTO facts (order_id, fact, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        case .facts: "SELECT fact, at FROM facts WHERE order_id = ?1"

        // MARK: Purchases

        case .addPurchase:
            """
            INSERT INTO purchases (order_id, account_id, name, provider, pack, product, quantity, credits, price_minor,
                currency, lifetime_ms, policy_version, request_key, opened_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """
        case .findPurchase: SQL.allPurchases + " WHERE purchases.name = ?1"
        case .purchaseNumbered: SQL.allPurchases + " WHERE purchases.id = ?1"
        case .purchaseOfOrder: SQL.allPurchases + " WHERE purchases.order_id = ?1"
        case .purchaseOfCheckout:
            SQL.allPurchases + " WHERE purchases.provider = ?1 AND purchases.checkout = ?2"
        case .attachCheckout:
            """
            UPDATE purchases SET checkout = ?2, checkout_url = coalesce(?3, checkout_url),
                checkout_until = coalesce(?4, checkout_until)
            WHERE id = ?1
            """
        case .flagPurchase: "UPDATE purchases SET flagged = ?2 WHERE id = ?1 AND flagged <> ?2"
        case .purchasesOfAccount:
            SQL.allPurchases + " WHERE accounts.name = ?1 ORDER BY purchases.opened_at DESC, purchases.id DESC LIMIT ?2"
        case .purchasesFlagged:
            SQL.allPurchases + " WHERE flagged ORDER BY purchases.opened_at DESC, purchases.id DESC LIMIT ?1"
        // The spelling of a fact is that of PurchaseFact.
        case .purchasesAwaited:
            SQL.allPurchases + """
                 WHERE purchases.provider = ?1 AND position = 0 AND NOT flagged AND EXISTS (
                    SELECT 1 FROM facts
                    WHERE facts.order_id = purchases.order_id AND json_extract(fact, '$.fact') = 'pending')
                ORDER BY purchases.opened_at, purchases.id LIMIT ?2
                """
        case .purchasesLatest: SQL.allPurchases + " ORDER BY purchases.opened_at DESC, purchases.id DESC LIMIT ?1"
        case .purchasesByRequest:
            SQL.allPurchases + """
                 WHERE accounts.name = ?1 AND purchases.provider = ?2 AND request_key = ?3 AND checkout_url IS NOT NULL
                    AND coalesce(checkout_until > ?4, 1)
                ORDER BY purchases.id DESC LIMIT 10
                """

        // MARK: What they grant and take back

        case .purchaseEntries:
            """
            SELECT kind, credits, debt FROM purchase_entries JOIN journal ON journal.id = entry WHERE purchase_id = ?1
            ORDER BY entry
            """
        case .enterPurchase: "INSERT INTO purchase_entries (purchase_id, entry) VALUES (?1, ?2)"
        case .ownGrants:
            """
            SELECT grants.id, grants.remaining, grants.expired
            FROM purchase_entries JOIN journal ON journal.id = entry JOIN grants ON grants.id = journal.grant_id
            WHERE purchase_id = ?1 AND journal.kind = 'grant'
            ORDER BY priority, expires_at, grants.id
            """
        case .reverse:
            """
            UPDATE grants SET remaining = remaining - ?2, reversed = reversed + ?2, spent = remaining = ?2 WHERE id = ?1
            """
        case .reverseExpired: "UPDATE grants SET expired = expired - ?2, reversed = reversed + ?2 WHERE id = ?1"

        // MARK: Who paid

        case .billing: "SELECT details FROM billing WHERE order_id = ?1"
        case .keepBilling:
            """
            INSERT INTO billing (order_id, details) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET details = excluded.details WHERE forgotten_at IS NULL
            """
        case .dropBilling: "DELETE FROM billing WHERE order_id = ?1"
        case .countBilling:
            """
            SELECT count(*) FROM billing JOIN purchases ON purchases.order_id = billing.order_id
            WHERE account_id = ?1 AND details IS NOT NULL
            """
        case .forgetBilling:
            """
            INSERT INTO billing (order_id, details, forgotten_at)
            SELECT order_id, NULL, ?2 FROM purchases WHERE account_id = ?1
            ON CONFLICT DO UPDATE SET details = NULL, forgotten_at = excluded.forgotten_at WHERE forgotten_at IS NULL
            """
        default: preconditionFailure("\(self) is no statement of purchases")
        }
    }

    var inboxText: String {
        switch self {
        case .storeEvent:
            """
            INSERT INTO inbox (provider, event, type, body, received_at, retry_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
            ON CONFLICT (provider, event) DO UPDATE SET deliveries = deliveries + 1
            RETURNING id, state, attempts
            """
        case .storedEvent: "SELECT id, state, attempts FROM inbox WHERE provider = ?1 AND event = ?2"
        // What tells of a purchase whose details were forgotten is forgotten as soon as it was acted on.
        case .closeEvent:
            """
            UPDATE inbox SET state = ?2, note = ?3, acted_at = ?4, retry_at = NULL, attempts = attempts + 1,
                body = iif(?2 = 'done' AND \(isForgotten), x'', body)
            WHERE id = ?1
            """
        case .postponeEvent:
            """
            UPDATE inbox SET state = 'pending', note = ?2, acted_at = NULL, retry_at = ?3, attempts = attempts + 1
            WHERE id = ?1
            """
        case .linkEvent: "INSERT INTO event_orders (inbox_id, order_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        // An order has come to be known: what waited for that is done, unless it speaks of others that are not.
        case .settleFlagged:
            """
            UPDATE inbox SET state = 'done', note = NULL, acted_at = ?3, body = iif(\(isForgotten), x'', body)
            WHERE state = 'flagged' AND note = ?2 AND id IN (SELECT inbox_id FROM event_orders WHERE order_id = ?1)
                AND NOT EXISTS (
                    SELECT 1 FROM event_orders JOIN orders ON orders.id = order_id
                    WHERE inbox_id = inbox.id AND joined IS NULL
                        AND NOT EXISTS (SELECT 1 FROM purchases WHERE purchases.order_id = orders.id))
            """
        case .emptyBodies:
            """
            UPDATE inbox SET body = x'' WHERE id IN (
                SELECT id FROM inbox WHERE state = 'done' AND length(body) > 0 AND acted_at < ?1
                ORDER BY acted_at LIMIT 1000)
            """
        case .forgetBodies:
            """
            UPDATE inbox SET body = x'' WHERE length(body) > 0 AND id IN (
                SELECT inbox_id FROM event_orders JOIN purchases ON purchases.order_id = event_orders.order_id
                WHERE account_id = ?1)
            """
        case .findEvent: events + " WHERE provider = ?1 AND event = ?2"
        case .latestEvents: events + " ORDER BY id DESC LIMIT ?1"
        // The state as a literal: a partial index serves nothing else.
        case .doneEvents: events + " WHERE state = 'done' ORDER BY id DESC LIMIT ?1"
        case .flaggedEvents: events + " WHERE state = 'flagged' ORDER BY id DESC LIMIT ?1"
        case .pendingEvents: events + " WHERE state = 'pending' ORDER BY id DESC LIMIT ?1"
        case .dueEvents: events + " WHERE state = 'pending' AND retry_at <= ?1 ORDER BY retry_at, id LIMIT ?2"
        default: preconditionFailure("\(self) is no statement of the inbox")
        }
    }

    private var isForgotten: String {
        """
        EXISTS (
            SELECT 1 FROM event_orders JOIN billing ON billing.order_id = event_orders.order_id
            WHERE inbox_id = inbox.id AND forgotten_at IS NOT NULL)
        """
    }

    /// With the columns that ``RecordedPurchase`` reads, and whether it is flagged.
    static let allPurchases = """
        SELECT purchases.id, order_id, account_id, position, checkout, purchases.opened_at, checkout_url, checkout_until,
            purchases.name, provider, accounts.name, pack, product, quantity, credits, price_minor, currency,
            lifetime_ms, policy_version, request_key, flagged
        FROM purchases JOIN accounts ON accounts.id = purchases.account_id
        """

    private var events: String {
        """
        SELECT provider, event, type, body, state, note, deliveries, attempts, received_at, retry_at FROM inbox
        """
    }
}
