/// Every statement that runs while the ledger serves. What triggers do is in ``Schema``.
enum SQL: Int, CaseIterable {
    case begin, commit, rollback, savepoint, releaseSavepoint, rollBackToSavepoint
    case openAccount, insertGrant, findGrant
    case charge, settle, refund
    case findKey, spendable, counterUse, rollingUse, oldestHits
    case balance, history
    case insertPurchase, attachCheckout, findPurchase, payPurchase
    case storeEvent, closeEvent, postponeEvent

    var text: String {
        switch self {
        case .begin: "BEGIN IMMEDIATE"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .savepoint: "SAVEPOINT step"
        case .releaseSavepoint: "RELEASE step"
        case .rollBackToSavepoint: "ROLLBACK TO step"

        case .openAccount:
            """
            INSERT INTO accounts (name, plan, opened_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING
            """
        case .insertGrant:
            """
            INSERT INTO grants (account_id, reference, source, reason, priority, granted_at, expires_at, granted, remaining)
            SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8 FROM accounts WHERE name = ?1
            ON CONFLICT (account_id, reference) DO NOTHING
            """
        case .findGrant:
            """
            SELECT grants.id, grants.source, grants.granted
            FROM grants JOIN accounts ON accounts.id = grants.account_id
            WHERE accounts.name = ?1 AND grants.reference = ?2
            """

        // The whole charge: see Schema.version1Charging. VALUES, because SELECT would go through a temporary table.
        case .charge:
            """
            INSERT INTO charges (account_id, member, action, cost, key, fingerprint, calendar_limits, rolling_limits,
                attributes, policy_version, rule, created_at, deadline, refund_grace_ms)
            VALUES ((SELECT id FROM accounts WHERE name = ?1),
                ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """
        case .settle:
            "UPDATE charges SET state = 'settled', closed_at = ?2 WHERE id = ?1 AND state = 'held'"
        case .refund:
            "UPDATE charges SET state = 'refunded', closed_at = ?2, reason = ?3 WHERE id = ?1 AND state = 'held'"

        case .findKey:
            """
            SELECT charges.id, charges.state, charges.fingerprint
            FROM charges JOIN accounts ON accounts.id = charges.account_id
            WHERE accounts.name = ?1 AND charges.action = ?2 AND charges.key = ?3 AND charges.state <> 'refunded'
            """
        case .spendable:
            """
            SELECT coalesce(sum(grants.remaining), 0)
            FROM grants JOIN accounts ON accounts.id = grants.account_id
            WHERE accounts.name = ?1 AND grants.remaining > 0 AND grants.expires_at > ?2
            """
        case .counterUse:
            "SELECT window_start, used FROM counters WHERE name = ?1"
        case .rollingUse:
            """
            SELECT used - (SELECT coalesce(sum(amount), 0) FROM counter_hits WHERE counter = ?1 AND at <= ?2)
            FROM counters WHERE name = ?1
            """
        case .oldestHits:
            "SELECT at, amount FROM counter_hits WHERE counter = ?1 AND at > ?2 ORDER BY at, charge_id LIMIT ?3"

        case .balance:
            """
            SELECT source, sum(granted), sum(settled), sum(held),
                sum(CASE WHEN expires_at > ?2 THEN remaining ELSE 0 END),
                sum(expired + CASE WHEN expires_at > ?2 THEN 0 ELSE remaining END),
                sum(reversed)
            FROM accounts LEFT JOIN grants ON grants.account_id = accounts.id
            WHERE accounts.name = ?1
            GROUP BY source
            """
        case .history:
            """
            SELECT journal.id, journal.at, journal.kind, journal.credits,
                charges.action, charges.member, charges.id, charges.state,
                grants.source, CASE journal.kind WHEN 'charge' THEN NULL ELSE coalesce(grants.reason, charges.reason) END
            FROM journal
                LEFT JOIN charges ON charges.id = journal.charge_id
                LEFT JOIN grants ON grants.id = journal.grant_id
            WHERE journal.account_id = (SELECT id FROM accounts WHERE name = ?1)
                AND journal.id < ?2 AND journal.kind <> 'settle'
            ORDER BY journal.id DESC LIMIT ?3
            """

        case .insertPurchase:
            """
            INSERT INTO purchases (id, provider, account_id, pack, credits, price_minor, currency, policy_version, opened_at)
            SELECT ?2, ?3, id, ?4, ?5, ?6, ?7, ?8, ?9 FROM accounts WHERE name = ?1
            ON CONFLICT (id) DO NOTHING
            """
        case .attachCheckout:
            "UPDATE purchases SET checkout = ?2 WHERE id = ?1 AND checkout IS NULL"
        case .findPurchase:
            """
            SELECT purchases.id, accounts.name, purchases.pack, purchases.credits, purchases.price_minor,
                purchases.currency, purchases.state
            FROM purchases JOIN accounts ON accounts.id = purchases.account_id
            WHERE purchases.provider = ?1
                AND (purchases.checkout = ?2 OR purchases.id = ?3 AND purchases.checkout IS NULL)
            ORDER BY purchases.checkout IS NULL LIMIT 1
            """
        case .payPurchase:
            """
            UPDATE purchases SET state = 'paid', checkout = ?2, payment = ?3, grant_id = ?4, paid_at = ?5 WHERE id = ?1
            """
        case .storeEvent:
            """
            INSERT INTO inbox (provider, event, type, body, received_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (provider, event) DO UPDATE SET deliveries = deliveries + 1
            RETURNING state
            """
        case .closeEvent:
            """
            UPDATE inbox SET state = ?3, note = ?4, acted_at = ?5, attempts = attempts + 1
            WHERE provider = ?1 AND event = ?2
            """
        case .postponeEvent:
            """
            UPDATE inbox SET note = ?3, attempts = attempts + 1
            WHERE provider = ?1 AND event = ?2 AND state <> 'done'
            """
        }
    }
}
