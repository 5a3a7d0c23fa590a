import Faregate

/// The SQL of a charge: one INSERT into a temporary view whose trigger is the whole charge, or aborts it with a reason.
///
/// The view and the trigger are the connection's own (`TEMP`), made when the first charge of their shape comes by, so
/// that a charge with two limits does what two limits need and no more. It looks at everything first, in this order: the
/// account (known, not suspended, nothing due), the idempotency key, the limits, the credits. Only then does it write.
///
/// So it needs no way back, and says `FAIL` where it refuses: with `ABORT` SQLite would copy every page that a charge
/// touches before it does, a third of the time of a charge. It would do so too where an SQL function is called: there
/// is none. Should a constraint fail nevertheless, the file is damaged; ``Connection/hot(_:)`` takes care of that.
/// [RAISE](https://www.sqlite.org/lang_createtrigger.html#raise) takes a literal only; the writer reads the figures
/// for a refusal afterwards, in the same transaction.
struct ChargeProgram {
    let shape: ChargeShape

    private var name: String { "charge_\(String(shape.bits, radix: 16))" }
    private var slots: [ChargeShape.Slot] { shape.slots }

    static let fixedColumns = [
        "id", "account_id", "member_id", "price_id", "holder_id", "burning", "at", "cost", "least", "counted",
        "attributes", "shadow", "entry",
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
        \(shape.hasKey ? checkKey : "")
        \(slots.isEmpty ? "" : checkLimits)
        \(shape.isFree ? "" : shape.isSplit ? checkGrants : enterOne)

        \(shape.hasKey ? useKey : "")
        \(slots.enumerated().map(count).joined(separator: "\n"))
        \(insertCharge)
        \(shape.isFree ? enterFree : shape.isSplit ? burnSeveral + enterSeveral : burnOne)
        END;
        """
    }

    /// The charge itself. The grant that burns first is looked up with it: -1 where the account has to be looked at closer.
    var statement: String {
        let burning = "(SELECT iif(suspended_at IS NULL AND due_at > ?7, burning, -1) FROM accounts WHERE id = ?2)"
        let values = columns.enumerated().map { position, column in
            column == "burning" ? burning : "?\(position + 1)"
        }
        return "INSERT OR FAIL INTO \(name) VALUES (\(values.joined(separator: ", ")))"
    }

    private var checkAccount: String {
        """
            SELECT coalesce(
                (SELECT CASE
                    WHEN suspended_at IS NOT NULL THEN RAISE(FAIL, 'faregate:suspended')
                    WHEN due_at <= NEW.at THEN RAISE(FAIL, 'faregate:due')
                    ELSE 1 END
                FROM accounts WHERE id = NEW.account_id),
                RAISE(FAIL, 'faregate:account'))
            WHERE coalesce(NEW.burning, -1) < 0;
        """
    }

    /// A key lives for its time, and in any case as long as its charge is held.
    private var checkKey: String {
        """
            SELECT RAISE(FAIL, 'faregate:key')
            FROM keys
            WHERE account_id = NEW.account_id AND action = NEW.action AND key = NEW.key
                AND (expires_at > NEW.at OR (SELECT state FROM charges WHERE id = charge_id) = \(StoredState.held));
        """
    }

    private var useKey: String {
        """
            DELETE FROM keys WHERE account_id = NEW.account_id AND action = NEW.action AND key = NEW.key;

            INSERT INTO keys (account_id, action, key, charge_id, fingerprint, expires_at)
            VALUES (NEW.account_id, NEW.action, NEW.key, NEW.id, NEW.fingerprint, NEW.key_expires_at);
        """
    }

    /// A counter that doesn't exist yet is made by the writer.
    private var checkLimits: String {
        let excesses = slots.enumerated().filter(\.element.isEnforced).map { n, slot in
            "WHEN NEW.amount_\(n) + \(used(n, slot, in: "counter_\(n)")) > NEW.max_\(n) THEN RAISE(FAIL, 'faregate:limit')"
        }
        let counters = slots.indices.map { "counters AS counter_\($0)" }
        let ids = slots.enumerated().map { n, slot in "counter_\(n).id = \(counter(n, slot))" }
        return """
                SELECT coalesce(
                    (SELECT \(excesses.isEmpty ? "1" : "CASE \(excesses.joined(separator: "\n")) ELSE 1 END")
                    FROM \(counters.joined(separator: " CROSS JOIN ")) WHERE \(ids.joined(separator: " AND "))),
                    RAISE(FAIL, 'faregate:counter'));
            """
    }

    /// What a limit has counted in the window of now. A counter that stands in a calendar window, or in the very next one
    /// (the clock stepped back), goes on; any other is of the past, or of a clock that was far ahead, and starts anew.
    /// Of a rolling window, hits that have left it go; so do hits of a clock that was more than a window ahead.
    private func used(_ n: Int, _ slot: ChargeShape.Slot, in table: String) -> String {
        guard slot.isRolling else {
            return "iif(\(table).window_start BETWEEN NEW.from_\(n) AND NEW.until_\(n), \(table).used, 0)"
        }
        return """
            \(table).used - (
                SELECT coalesce(sum(amount), 0) FROM counter_hits
                WHERE counter = \(table).id AND (at <= NEW.from_\(n) OR at > NEW.until_\(n)))
            """
    }

    private func count(_ n: Int, _ slot: ChargeShape.Slot) -> String {
        guard slot.isRolling else {
            return """
                    UPDATE counters SET
                        used = NEW.amount_\(n) + \(used(n, slot, in: "counters")),
                        window_start = iif(window_start BETWEEN NEW.from_\(n) AND NEW.until_\(n), window_start, NEW.from_\(n))
                    WHERE id = \(counter(n, slot));
                """
        }
        return """
                UPDATE counters SET used = NEW.amount_\(n) + \(used(n, slot, in: "counters")) WHERE id = \(counter(n, slot));

                DELETE FROM counter_hits
                WHERE counter = \(counter(n, slot)) AND (at <= NEW.from_\(n) OR at > NEW.until_\(n));

                INSERT INTO counter_hits (counter, at, charge_id, amount)
                VALUES (\(counter(n, slot)), NEW.at, NEW.id, NEW.amount_\(n));
            """
    }

    private func counter(_ n: Int, _ slot: ChargeShape.Slot) -> String {
        switch slot.scope {
        case .account: "(NEW.account_id << 17 | NEW.limit_\(n))"
        case .member: "(iif(NEW.member_id IS NULL, NEW.account_id << 1, NEW.member_id << 1 | 1) << 16 | NEW.limit_\(n))"
        case .action: "NEW.limit_\(n)"
        }
    }

    /// The grant in turn pays alone, and keeps at least `least`; otherwise the writer charges again, by ``burnSeveral``.
    /// Where no grant's turn it is, there is nothing left. This is looked at as the journal's line is made up, which leads
    /// to the account's line before it: the grant in turn names it.
    private var enterOne: String {
        """
            INSERT INTO journal (id, previous, at, account_id, kind, credits, held, charge_id, grant_id)
            VALUES (
                NEW.entry,
                coalesce(
                    (SELECT iif(remaining - NEW.cost >= NEW.least, last_entry, RAISE(FAIL, 'faregate:split'))
                    FROM grants WHERE id = NEW.burning),
                    RAISE(FAIL, 'faregate:credits')),
                NEW.at, NEW.account_id, 'charge', -NEW.cost, NEW.cost, NEW.id, NEW.burning);
        """
    }

    private var checkGrants: String {
        """
            SELECT RAISE(FAIL, 'faregate:credits')
            WHERE NEW.cost > (
                SELECT coalesce(sum(remaining), 0) FROM grants WHERE account_id = NEW.account_id AND NOT spent);
        """
    }

    private var burnOne: String {
        """
            UPDATE grants SET
                remaining = remaining - NEW.cost,
                taken = taken + NEW.cost,
                last_entry = NEW.entry
            WHERE id = NEW.burning;
        """
    }

    /// By priority, then soonest expiry, then oldest.
    private var burnSeveral: String {
        """
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
            INSERT INTO charges (id, account_id, member_id, price_id, holder_id, grant_id, created_at, state_since, quoted,
                cost, counted, attributes, shadow)
            VALUES (NEW.id, NEW.account_id, NEW.member_id, NEW.price_id, NEW.holder_id,
                \(shape.isFree || shape.isSplit ? "NULL" : "NEW.burning"), NEW.at, NEW.at, NEW.cost,
                NEW.cost, NEW.counted, NEW.attributes, NEW.shadow);
        """
    }

    private var enterFree: String {
        """
            INSERT INTO journal (id, previous, at, account_id, kind, credits, held, charge_id)
            VALUES (NEW.entry, \(SQL.latestEntry(of: "NEW.account_id")), NEW.at, NEW.account_id, 'charge', 0, 0, NEW.id);

            UPDATE accounts SET last_entry = NEW.entry WHERE id = NEW.account_id;
        """
    }

    private var enterSeveral: String {
        """

            INSERT INTO journal (id, previous, at, account_id, kind, credits, held, charge_id, grant_id)
            SELECT
                NEW.entry + number - 1,
                CASE number WHEN 1 THEN \(SQL.latestEntry(of: "NEW.account_id")) ELSE NEW.entry + number - 2 END,
                NEW.at, NEW.account_id, 'charge', -credits, credits, NEW.id, grant_id
            FROM (
                SELECT grant_id, credits, row_number() OVER (ORDER BY priority, expires_at, grant_id) AS number
                FROM charge_grants JOIN grants ON grants.id = grant_id WHERE charge_id = NEW.id)
            ORDER BY number;

            UPDATE accounts SET last_entry = (SELECT max(id) FROM journal) WHERE id = NEW.account_id;

            UPDATE accounts SET burning = (
                SELECT id FROM grants WHERE account_id = NEW.account_id AND NOT spent
                ORDER BY priority, expires_at, id LIMIT 1)
            WHERE id = NEW.account_id;
        """
    }
}
