import Faregate

/// The SQL of a charge: one INSERT into a temporary view whose trigger is the whole charge, or aborts it with a reason.
///
/// The view and the trigger are the connection's own (`TEMP`), made when the first charge of their shape comes by, so
/// that a charge with two limits runs two statements for them and no more. What the trigger looks at, in this order:
/// the account (known, not suspended, nothing due), the idempotency key, the limits, the credits.
/// [RAISE](https://www.sqlite.org/lang_createtrigger.html#raise) takes a literal only; the writer reads the figures
/// for a refusal afterwards, in the same transaction.
struct ChargeProgram {
    let shape: ChargeShape

    private var name: String { "charge_\(String(shape.bits, radix: 16))" }
    private var slots: [ChargeShape.Slot] { shape.slots }

    static let fixedColumns = [
        "id", "account_id", "member_id", "price_id", "holder_id", "burning", "at", "cost", "least", "counted",
        "attributes", "shadow",
    ]
    static let keyColumns = ["action", "key", "fingerprint", "key_expires_at"]

    private var columns: [String] {
        ChargeProgram.fixedColumns + (shape.hasKey ? ChargeProgram.keyColumns : [])
            + slots.indices.flatMap { ["limit_\($0)", "from_\($0)", "until_\($0)", "max_\($0)", "amount_\($0)"] }
    }

    /// Makes the view and its trigger.
    var definition: String {
        """
        CREATE TEMP VIEW IF NOT EXISTS \(name) (\(columns.joined(separator: ", "))) AS
            SELECT \(columns.map { _ in "NULL" }.joined(separator: ", "));
        CREATE TEMP TRIGGER IF NOT EXISTS \(name)_takes INSTEAD OF INSERT ON \(name)
        BEGIN
        \(checkAccount)
        \(shape.hasKey ? useKey : "")
        \(slots.enumerated().map(count).joined(separator: "\n"))
        \(shape.isFree ? "" : shape.isSplit ? burnSeveral : burnOne)
        \(insertCharge)
        \(writeJournal)
        END;
        """
    }

    /// The charge itself. The grant that burns first is looked up with it.
    var statement: String {
        let values = columns.enumerated().map { position, column in
            column == "burning" ? "(SELECT burning FROM accounts WHERE id = ?2)" : "?\(position + 1)"
        }
        return "INSERT INTO \(name) VALUES (\(values.joined(separator: ", ")))"
    }

    private var checkAccount: String {
        """
            SELECT coalesce(
                (SELECT CASE
                    WHEN suspended_at IS NOT NULL THEN RAISE(ABORT, 'faregate:suspended')
                    WHEN due_at <= NEW.at THEN RAISE(ABORT, 'faregate:due')
                    ELSE 1 END
                FROM accounts WHERE id = NEW.account_id),
                RAISE(ABORT, 'faregate:account'));
        """
    }

    /// A key lives for its time, and in any case as long as its charge is held.
    private var useKey: String {
        """
            SELECT RAISE(ABORT, 'faregate:key')
            FROM keys
            WHERE account_id = NEW.account_id AND action = NEW.action AND key = NEW.key
                AND (expires_at > NEW.at OR (SELECT state FROM charges WHERE id = charge_id) = 'held');

            DELETE FROM keys WHERE account_id = NEW.account_id AND action = NEW.action AND key = NEW.key;

            INSERT INTO keys (account_id, action, key, charge_id, fingerprint, expires_at)
            VALUES (NEW.account_id, NEW.action, NEW.key, NEW.id, NEW.fingerprint, NEW.key_expires_at);
        """
    }

    /// Checks a limit and counts in one go; a counter that doesn't exist yet is made by the writer.
    private func count(_ position: Int, _ slot: ChargeShape.Slot) -> String {
        slot.isRolling ? countHits(position, slot) : countWindow(position, slot)
    }

    /// A counter that stands in the window, or in the very next one (the clock stepped back), goes on; any other is of
    /// the past, or of a clock that was far ahead, and starts anew.
    private func countWindow(_ n: Int, _ slot: ChargeShape.Slot) -> String {
        let used = "iif(window_start BETWEEN NEW.from_\(n) AND NEW.until_\(n), used, 0)"
        return """
                UPDATE counters SET
                    used = \(admitting("NEW.amount_\(n) + \(used)", n, slot)),
                    window_start = iif(window_start BETWEEN NEW.from_\(n) AND NEW.until_\(n), window_start, NEW.from_\(n))
                WHERE id = \(counter(n, slot));

                SELECT RAISE(ABORT, 'faregate:counter') WHERE changes() = 0;
            """
    }

    /// Hits that have left the window go; so do hits of a clock that was more than a window ahead.
    private func countHits(_ n: Int, _ slot: ChargeShape.Slot) -> String {
        """
            UPDATE counters SET used = used - (
                SELECT coalesce(sum(amount), 0) FROM counter_hits
                WHERE counter = counters.id AND (at <= NEW.from_\(n) OR at > NEW.until_\(n)))
            WHERE id = \(counter(n, slot));

            SELECT RAISE(ABORT, 'faregate:counter') WHERE changes() = 0;

            DELETE FROM counter_hits
            WHERE counter = \(counter(n, slot)) AND (at <= NEW.from_\(n) OR at > NEW.until_\(n));

            UPDATE counters SET used = \(admitting("NEW.amount_\(n) + used", n, slot)) WHERE id = \(counter(n, slot));

            INSERT INTO counter_hits (counter, at, charge_id, amount)
            VALUES (\(counter(n, slot)), NEW.at, NEW.id, NEW.amount_\(n));
        """
    }

    private func admitting(_ sum: String, _ n: Int, _ slot: ChargeShape.Slot) -> String {
        guard slot.isEnforced else { return sum }
        return "iif(NEW.amount_\(n) > 0 AND \(sum) > NEW.max_\(n), RAISE(ABORT, 'faregate:limit'), \(sum))"
    }

    private func counter(_ n: Int, _ slot: ChargeShape.Slot) -> String {
        switch slot.scope {
        case .account: "(NEW.account_id << 17 | NEW.limit_\(n))"
        case .member: "(iif(NEW.member_id IS NULL, NEW.account_id << 1, NEW.member_id << 1 | 1) << 16 | NEW.limit_\(n))"
        case .action: "NEW.limit_\(n)"
        }
    }

    /// Where no grant's turn it is, there is nothing left. The grant in turn pays alone, and keeps at least `least`; otherwise the writer charges again, by ``burnSeveral``.
    private var burnOne: String {
        """
            UPDATE grants SET
                remaining = iif(remaining - NEW.cost >= NEW.least, remaining - NEW.cost, RAISE(ABORT, 'faregate:split')),
                taken = taken + NEW.cost
            WHERE id = NEW.burning;

            SELECT RAISE(ABORT, 'faregate:credits') WHERE changes() = 0;
        """
    }

    /// By priority, then soonest expiry, then oldest.
    private var burnSeveral: String {
        """
            SELECT RAISE(ABORT, 'faregate:credits')
            WHERE NEW.cost > (
                SELECT coalesce(sum(remaining), 0) FROM grants WHERE account_id = NEW.account_id AND NOT spent);

            INSERT INTO charge_grants (charge_id, grant_id, credits)
            SELECT NEW.id, id, min(remaining, NEW.cost - burnt_before)
            FROM (
                SELECT id, remaining,
                    sum(remaining) OVER (ORDER BY priority, expires_at, id) - remaining AS burnt_before
                FROM grants WHERE account_id = NEW.account_id AND NOT spent)
            WHERE burnt_before < NEW.cost;

            UPDATE grants SET
                remaining = remaining - payment.credits,
                taken = taken + payment.credits,
                spent = remaining = payment.credits
            FROM charge_grants AS payment
            WHERE payment.charge_id = NEW.id AND payment.grant_id = grants.id;
        """
    }

    private var insertCharge: String {
        """
            INSERT INTO charges (id, account_id, member_id, price_id, holder_id, grant_id, created_at, quoted, cost,
                counted, attributes, shadow)
            VALUES (NEW.id, NEW.account_id, NEW.member_id, NEW.price_id, NEW.holder_id,
                \(shape.isFree || shape.isSplit ? "NULL" : "NEW.burning"), NEW.at, NEW.cost, NEW.cost,
                NEW.counted, NEW.attributes, NEW.shadow);
        """
    }

    /// Every line leads to the account's line before it.
    private var writeJournal: String {
        guard shape.isSplit, !shape.isFree else {
            return """
                    INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id, grant_id)
                    VALUES ((SELECT last_entry FROM accounts WHERE id = NEW.account_id), NEW.at, NEW.account_id,
                        'charge', -NEW.cost, NEW.cost, NEW.id, \(shape.isFree ? "NULL" : "NEW.burning"));

                    UPDATE accounts SET last_entry = last_insert_rowid() WHERE id = NEW.account_id;
                """
        }
        return """
                INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id, grant_id)
                SELECT
                    CASE number
                        WHEN 1 THEN (SELECT last_entry FROM accounts WHERE id = NEW.account_id)
                        ELSE (SELECT max(id) FROM journal) + number - 1 END,
                    NEW.at, NEW.account_id, 'charge', -credits, credits, NEW.id, grant_id
                FROM (
                    SELECT grant_id, credits, row_number() OVER (ORDER BY priority, expires_at, grant_id) AS number
                    FROM charge_grants JOIN grants ON grants.id = grant_id WHERE charge_id = NEW.id)
                ORDER BY number;

                UPDATE accounts SET
                    last_entry = (SELECT max(id) FROM journal),
                    burning = (
                        SELECT id FROM grants WHERE account_id = NEW.account_id AND NOT spent
                        ORDER BY priority, expires_at, id LIMIT 1)
                WHERE id = NEW.account_id;
            """
    }
}
