/// Every statement that runs while the ledger serves, but for the charge itself: that is a ``ChargeProgram``.
enum SQL: Int, CaseIterable {
    case begin, beginReading, commit, rollback, savepoint, releaseSavepoint, rollBackToSavepoint
    case findAccount, openAccount, addMember, findMember, addPrice, findPrice, addLimit, findLimit, addCounter
    case latestNumbers, extendLease, holdsAnything, dropHolders
    case plan, expiredGrants, expireGrant, planPeriod, leftover, beginPeriod, endAttendance
    case insertGrant, findGrant, changeDebt, debt, burnOrder, grantStatus, turn
    case settle, settleMany, settledSince, close, chargeStatus, payments, addPayment, returnPayment, payFrom, returnTo,
        changeHold, splitHold,
        addDebt, follow, noteLate
    case recount, recountInTurn, recountInAccount, hit, changeHit
    case write, enterLast
    case findKey, dropKey, keepResult, pruneKeys
    case standing, spendable, counterUse, rollingUse, oldestHits
    case abandoned, open
    case suspend, resume, setPlan, note
    case balance, history, explain, explainPayments, limitNumbered
    case keepRefusal, pruneRefusals, findRefusal
    case addOrder, orderNamed, addName, moveNames, joinFacts, joinEvents, joinOrder, addFact, facts
    case addPurchase, findPurchase, purchaseNumbered, purchaseOfOrder, purchaseOfCheckout, attachCheckout, flagPurchase
    case purchaseEntries, enterPurchase, ownGrants, reverse, reverseExpired
    case purchasesOfAccount, purchasesFlagged, purchasesAwaited, purchasesLatest, purchasesByRequest
    case billing, keepBilling, dropBilling, countBilling, forgetBilling
    case storeEvent, storedEvent, closeEvent, postponeEvent, linkEvent, settleFlagged, emptyBodies, forgetBodies
    case findEvent, latestEvents, doneEvents, flaggedEvents, pendingEvents, dueEvents
    case grantFigures, repairGrant, accountFigures, repairAccount, repairLatest, repairTurn, counterFigures,
        repairCounter, repairPosition

    var text: String {
        switch self {
        case .begin: "BEGIN IMMEDIATE"
        case .beginReading: "BEGIN"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .savepoint: "SAVEPOINT step"
        case .releaseSavepoint: "RELEASE step"
        case .rollBackToSavepoint: "ROLLBACK TO step"

        // MARK: Names

        case .findAccount: "SELECT id FROM accounts WHERE name = ?1"
        case .openAccount:
            "INSERT INTO accounts (name, plan, opened_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING"
        case .addMember: "INSERT INTO members (account_id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        case .findMember: "SELECT id FROM members WHERE account_id = ?1 AND name = ?2"
        case .addPrice:
            """
            INSERT INTO prices (action, policy_version, rule, refund_grace_ms) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO NOTHING
            """
        case .findPrice:
            "SELECT id FROM prices WHERE action = ?1 AND policy_version = ?2 AND rule = ?3 AND refund_grace_ms = ?4"
        case .addLimit:
            """
            INSERT INTO limits (name, slot)
            SELECT ?1, iif(?2 AND count(slot) < \(Slot.all.count), count(slot) + 1, NULL) FROM limits WHERE true
            ON CONFLICT (name) DO NOTHING
            """
        case .findLimit: "SELECT id, slot FROM limits WHERE name = ?1"
        case .addCounter: "INSERT INTO counters (id, window_start, used) VALUES (?1, 0, 0) ON CONFLICT DO NOTHING"

        // MARK: Holders

        case .latestNumbers:
            """
            SELECT coalesce((SELECT max(id) FROM charges), 0), coalesce((SELECT max(id) FROM journal), 0)
            """
        case .extendLease:
            """
            INSERT INTO holders (id, name, alive_until) VALUES (?1, ?2, ?3)
            ON CONFLICT (id) DO UPDATE SET alive_until = max(alive_until, excluded.alive_until)
            """
        case .holdsAnything: "SELECT 1 FROM charges WHERE state = \(StoredState.held) AND holder_id = ?1 LIMIT 1"
        case .dropHolders:
            """
            DELETE FROM holders
            WHERE alive_until < ?1 AND id NOT IN (SELECT holder_id FROM charges WHERE state = \(StoredState.held))
            """

        // MARK: Seeing to an account

        case .plan: "SELECT plan, due_at FROM accounts WHERE id = ?1"
        case .expiredGrants:
            """
            SELECT id, remaining, expires_at FROM grants WHERE account_id = ?1 AND NOT spent AND expires_at <= ?2
            ORDER BY expires_at, id
            """
        case .expireGrant:
            "UPDATE grants SET expired = expired + remaining, remaining = 0, spent = 1 WHERE id = ?1"
        case .planPeriod: "SELECT since, period FROM plan_periods WHERE account_id = ?1 AND plan = ?2 AND line = ?3"
        case .leftover:
            """
            SELECT coalesce(sum(expired + remaining), 0) FROM grants
            WHERE account_id = ?1 AND reference IN (?2, ?3)
            """
        case .beginPeriod:
            """
            INSERT INTO plan_periods (account_id, plan, line, since, period) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET period = excluded.period
            """
        case .endAttendance:
            """
            UPDATE accounts SET
                due_at = min(?2, coalesce((
                    SELECT min(expires_at) FROM grants WHERE account_id = ?1 AND NOT spent), ?2)),
                burning = (
                    SELECT id FROM grants WHERE account_id = ?1 AND NOT spent
                    ORDER BY priority, expires_at, id LIMIT 1)
            WHERE id = ?1
            """

        // MARK: Grants

        case .insertGrant:
            """
            INSERT INTO grants
                (id, account_id, reference, source, reason, by, priority, granted_at, expires_at, granted, remaining)
            VALUES (
                coalesce(
                    (SELECT id FROM grants WHERE \(SQL.grants("id", of: "?1")) ORDER BY id DESC LIMIT 1),
                    ?1 << \(Schema.grantBits)) + 1,
                ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
            ON CONFLICT (account_id, reference) DO NOTHING
            """
        case .findGrant: "SELECT id, source, granted FROM grants WHERE account_id = ?1 AND reference = ?2"
        case .debt: "SELECT debt FROM accounts WHERE id = ?1"
        case .changeDebt: "UPDATE accounts SET debt = debt + ?2 WHERE id = ?1"
        // Whose turn it is to burn, and when the account must be seen to because one of its grants expires.
        case .turn:
            """
            UPDATE accounts SET
                due_at = min(due_at, ?2),
                burning = (
                    SELECT id FROM grants WHERE account_id = ?1 AND NOT spent
                    ORDER BY priority, expires_at, id LIMIT 1)
            WHERE id = ?1
            """
        case .burnOrder:
            """
            SELECT id, remaining FROM grants WHERE account_id = ?1 AND NOT spent
            ORDER BY priority, expires_at, id
            """
        case .grantStatus: "SELECT remaining, expires_at, lapsed FROM grants WHERE id = ?1"

        // MARK: Closing

        // The way of nearly every call. The trigger writes the journal.
        case .settle: settling + "id = ?1"
        case .settleMany: settling + "id IN (SELECT value FROM json_each(?1))"
        case .settledSince: "SELECT charge_id FROM journal WHERE id > ?1 AND kind = 'settle'"
        case .close: "UPDATE charges SET state = ?2, state_since = ?3, reason = ?4 WHERE id = ?1"
        case .chargeStatus:
            """
            SELECT charges.account_id, charges.member_id, charges.grant_id, charges.quoted, charges.cost, charges.state,
                charges.reason, charges.counted, charges.created_at, prices.refund_grace_ms
            FROM charges JOIN prices ON prices.id = charges.price_id
            WHERE charges.id = ?1
            """
        case .payments:
            """
            SELECT grant_id, credits FROM charge_grants JOIN grants ON grants.id = grant_id
            WHERE charge_id = ?1 AND credits > 0 ORDER BY priority, expires_at, grant_id
            """
        case .addPayment:
            """
            INSERT INTO charge_grants (charge_id, grant_id, credits) VALUES (?1, ?2, ?3)
            ON CONFLICT (charge_id, grant_id) DO UPDATE SET credits = credits + excluded.credits
            """
        case .returnPayment:
            "UPDATE charge_grants SET credits = credits - ?3 WHERE charge_id = ?1 AND grant_id = ?2"
        case .payFrom:
            """
            UPDATE grants SET remaining = remaining - ?2, taken = taken + ?2, spent = remaining = ?2 WHERE id = ?1
            """
        case .returnTo:
            """
            UPDATE grants SET
                remaining = remaining + ?2, taken = taken - ?2, spent = 0,
                lapsed = ?4, expires_at = ?3
            WHERE id = ?1
            """
        case .changeHold: "UPDATE charges SET cost = cost + ?2 WHERE id = ?1"
        case .splitHold: "UPDATE charges SET grant_id = NULL WHERE id = ?1"
        case .addDebt: "UPDATE charges SET debt = ?2, short = ?3 WHERE id = ?1"
        case .follow:
            """
            INSERT INTO charges (id, account_id, member_id, price_id, holder_id, created_at, state_since, quoted, cost,
                attributes, shadow)
            SELECT ?2, account_id, member_id, price_id, ?3, ?4, ?4, ?5, 0, attributes, shadow FROM charges
            WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM late_charges WHERE abandoned = ?1)
            """
        case .noteLate: "INSERT INTO late_charges (abandoned, charge_id) VALUES (?1, ?2)"

        // MARK: Limits

        case .recount:
            "UPDATE counters SET used = max(0, used + ?2) WHERE id = ?1 AND (?3 IS NULL OR window_start = ?3)"
        case .recountInTurn:
            "UPDATE grants SET \(SQL.recounted) WHERE id = (SELECT burning FROM accounts WHERE id = ?1)"
        case .recountInAccount: "UPDATE accounts SET \(SQL.recounted) WHERE id = ?1 AND burning IS NULL"
        case .hit: "SELECT amount FROM counter_hits WHERE counter = ?1 AND at = ?2 AND charge_id = ?3"
        case .changeHit:
            "UPDATE counter_hits SET amount = amount + ?4 WHERE counter = ?1 AND at = ?2 AND charge_id = ?3"

        // MARK: Journal

        case .write:
            """
            INSERT INTO journal (previous, at, account_id, kind, credits, held, debt, charge_id, grant_id)
            VALUES (iif(?3 = 'settle', NULL, \(SQL.latestEntry(of: "?1"))),
                ?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8)
            """
        case .enterLast: "UPDATE accounts SET last_entry = last_insert_rowid() WHERE id = ?1"

        // MARK: Keys and refusals

        case .findKey:
            """
            SELECT charges.id, charges.state, keys.fingerprint, keys.result
            FROM keys JOIN charges ON charges.id = keys.charge_id
            WHERE keys.account_id = ?1 AND keys.action = ?2 AND keys.key = ?3
            """
        case .dropKey: "DELETE FROM keys WHERE charge_id = ?1"
        case .keepResult: "UPDATE keys SET result = ?2 WHERE charge_id = ?1"
        case .pruneKeys:
            """
            DELETE FROM keys WHERE charge_id IN (
                SELECT keys.charge_id FROM keys JOIN charges ON charges.id = keys.charge_id
                WHERE keys.expires_at <= ?1 AND charges.state <> \(StoredState.held) LIMIT 1000)
            """
        // What a call meets of an account: see ``Slot/column`` too.
        case .standing:
            """
            SELECT suspended_at IS NOT NULL, due_at <= ?2, (
                SELECT coalesce(sum(remaining), 0) FROM grants WHERE account_id = ?1 AND NOT spent),
                \(Slot.standings)
            FROM \(Slot.accounts) WHERE accounts.id = ?1
            """
        case .spendable: "SELECT coalesce(sum(remaining), 0) FROM grants WHERE account_id = ?1 AND NOT spent"
        case .counterUse: "SELECT window_start, used FROM counters WHERE id = ?1"
        case .rollingUse:
            """
            SELECT coalesce(sum(amount), 0) FROM counter_hits WHERE counter = ?1 AND at > ?2 AND at <= ?3
            """
        case .oldestHits:
            """
            SELECT at, amount FROM counter_hits WHERE counter = ?1 AND at > ?2 AND at <= ?3 AND amount > 0
            ORDER BY at, charge_id LIMIT ?4
            """
        case .keepRefusal:
            "INSERT INTO refusals (id, at, account, record) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"
        case .pruneRefusals:
            "DELETE FROM refusals WHERE id IN (SELECT id FROM refusals ORDER BY at DESC LIMIT -1 OFFSET ?1)"
        case .findRefusal: "SELECT record FROM refusals WHERE id = ?1"

        // MARK: Holds

        case .abandoned: openCharges + " AND coalesce(holders.alive_until, 0) < ?1 ORDER BY charges.id LIMIT 1000"
        case .open: openCharges + " AND charges.id >= ?1 ORDER BY charges.id LIMIT 10000"

        // MARK: Accounts

        case .suspend: "UPDATE accounts SET suspended_at = ?2 WHERE id = ?1 AND suspended_at IS NULL"
        case .resume: "UPDATE accounts SET suspended_at = NULL WHERE id = ?1 AND suspended_at IS NOT NULL"
        case .setPlan: "UPDATE accounts SET plan = ?2, due_at = 0 WHERE id = ?1"
        case .note: "INSERT INTO notes (at, account_id, deed, by, reason) VALUES (?2, ?1, ?3, ?4, ?5)"

        // One statement, so that all of it is of one moment.
        case .balance:
            """
            SELECT accounts.plan, accounts.suspended_at, accounts.due_at, accounts.debt,
                (SELECT sum(cost) FROM charges WHERE account_id = ?1 AND state = \(StoredState.held)),
                source, expires_at, granted, remaining, taken, expired, reversed
            FROM accounts LEFT JOIN grants ON \(SQL.grants("grants.id", of: "?1"))
            WHERE accounts.id = ?1
            """
        // From the account's latest line back, each line naming the one before it.
        case .history:
            """
            WITH RECURSIVE line (id, previous, at, kind, credits, debt, charge_id, grant_id) AS (
                SELECT id, previous, at, kind, credits, debt, charge_id, grant_id FROM journal
                WHERE id = coalesce(
                    (SELECT previous FROM journal WHERE id = ?2 AND account_id = ?1),
                    iif(?2 IS NULL, \(SQL.latestEntry(of: "?1")), NULL))
                UNION ALL
                SELECT journal.id, journal.previous, journal.at, journal.kind, journal.credits, journal.debt,
                    journal.charge_id, journal.grant_id
                FROM line JOIN journal ON journal.id = line.previous
                LIMIT ?3)
            SELECT line.id, line.at, line.kind, line.credits,
                prices.action, members.name, charges.id, charges.state, grants.source,
                CASE line.kind WHEN 'grant' THEN grants.reason WHEN 'refund' THEN charges.reason END, purchases.name
            FROM line
                LEFT JOIN charges ON charges.id = line.charge_id
                LEFT JOIN prices ON prices.id = charges.price_id
                LEFT JOIN members ON members.id = charges.member_id
                LEFT JOIN grants ON grants.id = line.grant_id
                LEFT JOIN purchase_entries ON purchase_entries.entry = line.id
                LEFT JOIN purchases ON purchases.id = purchase_entries.purchase_id
            ORDER BY line.id DESC
            """

        // MARK: Explaining

        case .explain:
            """
            SELECT accounts.name, members.name, prices.action, charges.attributes, charges.state, charges.quoted,
                charges.cost, charges.debt, charges.short, prices.rule, prices.policy_version, charges.counted,
                charges.shadow, charges.created_at, charges.state_since, charges.reason, late_charges.abandoned
            FROM charges
                JOIN accounts ON accounts.id = charges.account_id
                JOIN prices ON prices.id = charges.price_id
                LEFT JOIN members ON members.id = charges.member_id
                LEFT JOIN late_charges ON late_charges.charge_id = charges.id
            WHERE charges.id = ?1
            """
        case .explainPayments:
            """
            SELECT grants.id, grants.source, grants.reference, payment.credits
            FROM (
                SELECT grant_id, credits FROM charge_grants WHERE charge_id = ?1
                UNION ALL
                SELECT grant_id, cost FROM charges WHERE id = ?1 AND grant_id IS NOT NULL) AS payment
                JOIN grants ON grants.id = payment.grant_id
            ORDER BY grants.priority, grants.expires_at, grants.id
            """
        case .limitNumbered: "SELECT id, slot, name FROM limits WHERE id = ?1"

        // MARK: Purchases, and the inbox

        case .addOrder, .orderNamed, .addName, .moveNames, .joinFacts, .joinEvents, .joinOrder, .addFact, .facts,
            .addPurchase, .findPurchase, .purchaseNumbered, .purchaseOfOrder, .purchaseOfCheckout, .attachCheckout,
            .flagPurchase,
            .purchaseEntries, .enterPurchase, .ownGrants, .reverse, .reverseExpired,
            .purchasesOfAccount, .purchasesFlagged, .purchasesAwaited, .purchasesLatest, .purchasesByRequest,
            .billing, .keepBilling, .dropBilling, .countBilling, .forgetBilling:
            purchaseText
        case .storeEvent, .storedEvent, .closeEvent, .postponeEvent, .linkEvent, .settleFlagged, .emptyBodies,
            .forgetBodies,
            .findEvent, .latestEvents, .doneEvents, .flaggedEvents, .pendingEvents, .dueEvents:
            inboxText

        // MARK: Repairing

        case .grantFigures, .repairGrant, .accountFigures, .repairAccount, .repairLatest, .repairTurn, .counterFigures,
            .repairCounter, .repairPosition:
            repairText
        }
    }

    /// What is true of the ids of an account's grants, and of no others: see the table `grants`.
    static func grants(_ id: String, of account: String) -> String {
        let last = (1 << Schema.grantBits) - 1
        return "\(id) BETWEEN \(account) << \(Schema.grantBits) AND \(account) << \(Schema.grantBits) | \(last)"
    }

    /// Of the slots the one of number ?2, where it stands in the window ?4: counted so much more, ?3.
    private static let recounted = Slot.all.map { slot in
        """
        \(slot.used) = iif(?2 = \(slot.number) AND \(slot.start) = ?4, max(0, \(slot.used) + ?3), \(slot.used))
        """
    }.joined(separator: ", ")

    /// An account's latest line of the journal: see the table `accounts`.
    static func latestEntry(of account: String) -> String {
        """
        coalesce(
            (SELECT grants.last_entry FROM accounts JOIN grants ON grants.id = burning WHERE accounts.id = \(account)),
            (SELECT last_entry FROM accounts WHERE id = \(account)))
        """
    }

    private var settling: String {
        """
        UPDATE OR FAIL charges SET state = \(StoredState.settled), state_since = ?2
        WHERE state = \(StoredState.held) AND (grant_id IS NOT NULL OR cost = 0) AND 
        """
    }

    private var openCharges: String {
        """
        SELECT charges.id, accounts.name, prices.action, charges.cost, charges.created_at,
            coalesce(holders.name, ''), coalesce(holders.alive_until, 0)
        FROM charges
            JOIN accounts ON accounts.id = charges.account_id
            JOIN prices ON prices.id = charges.price_id
            LEFT JOIN holders ON holders.id = charges.holder_id
        WHERE charges.state = \(StoredState.held)
        """
    }
}
