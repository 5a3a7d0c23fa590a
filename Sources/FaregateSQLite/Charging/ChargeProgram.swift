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

    private var name: String { "charge_\(shape.name)" }
    private var limits: [(n: Int, limit: ChargeShape.LimitKind)] {
        shape.limits.enumerated().map { ($0.offset, $0.element) }
    }
    private var slotted: [(n: Int, limit: ChargeShape.LimitKind)] { limits.filter { $0.limit.slot != nil } }
    private var counting: [(n: Int, limit: ChargeShape.LimitKind)] { limits.filter { $0.limit.slot == nil } }

    static let fixedColumns = [
        "id", "account_id", "member_id", "price_id", "holder_id", "burning", "at", "cost", "least", "counted",
        "attributes", "shadow", "entry",
    ]
    static let keyColumns = ["action", "key", "fingerprint", "key_expires_at"]

    private var columns: [String] {
        ChargeProgram.fixedColumns + (shape.hasKey ? ChargeProgram.keyColumns : [])
            + limits.flatMap { n, limit in
                (limit.slot == nil ? ["limit_\(n)"] : []) + ["from_\(n)", "until_\(n)", "max_\(n)", "amount_\(n)"]
            }
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
        \(checkCounters)
        \(checkSlots)
        \(shape.isFree ? "" : shape.isSplit ? checkGrants : enterOne)

        \(shape.hasKey ? useKey : "")
        \(counting.map(count).joined(separator: "\n"))
        \((shape.isFree || shape.isSplit) && !slotted.isEmpty ? countInSlots : "")
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

    /// The limits that count in the row of the grant in turn or, while there is none, in the account's; where a grant's turn
    /// it is, and it pays, they are looked at together with it: see ``enterOne``.
    private var checkSlots: String {
        let excesses = slotted.compactMap { excess($0, $1, in: "") }
        guard !excesses.isEmpty else { return "" }
        let account = "accounts WHERE NEW.burning IS NULL AND id = NEW.account_id"
        let rows = shape.isFree || shape.isSplit ? ["grants WHERE id = NEW.burning", account] : [account]
        return rows.map { row in
            """
                SELECT RAISE(FAIL, 'faregate:limit') FROM \(row) AND (\(excesses.joined(separator: "\n    OR ")));
            """
        }.joined(separator: "\n")
    }

    /// The limits that count in rows of their own. One that doesn't exist yet is made by the writer.
    private var checkCounters: String {
        guard !counting.isEmpty else { return "" }
        let excesses = counting.compactMap { n, limit in
            excess(n, limit, in: "counter_\(n).").map { "WHEN \($0) THEN RAISE(FAIL, 'faregate:limit')" }
        }
        let counters = counting.map { n, _ in "counters AS counter_\(n)" }
        let ids = counting.map { n, limit in "counter_\(n).id = \(counter(n, limit))" }
        return """
                SELECT coalesce(
                    (SELECT \(excesses.isEmpty ? "1" : "CASE \(excesses.joined(separator: "\n")) ELSE 1 END")
                    FROM \(counters.joined(separator: " CROSS JOIN ")) WHERE \(ids.joined(separator: " AND "))),
                    RAISE(FAIL, 'faregate:counter'));
            """
    }

    /// Whether the limit refuses; nil for one that never does.
    private func excess(_ n: Int, _ limit: ChargeShape.LimitKind, in table: String) -> String? {
        limit.isEnforced ? "NEW.amount_\(n) + \(used(n, limit, in: table)) > NEW.max_\(n)" : nil
    }

    /// What a limit has counted in the window of now. A counter that stands in a calendar window, or in the very next one
    /// (the clock stepped back), goes on; any other is of the past, or of a clock that was far ahead, and starts anew.
    /// Of a rolling window, hits that have left it go; so do hits of a clock that was more than a window ahead.
    private func used(_ n: Int, _ limit: ChargeShape.LimitKind, in table: String) -> String {
        guard limit.isRolling else {
            let (start, used) = columns(of: limit)
            return "iif(\(table)\(start) BETWEEN NEW.from_\(n) AND NEW.until_\(n), \(table)\(used), 0)"
        }
        return """
            \(table)used - (
                SELECT coalesce(sum(amount), 0) FROM counter_hits
                WHERE counter = \(table)id AND (at <= NEW.from_\(n) OR at > NEW.until_\(n)))
            """
    }

    /// Where a calendar window and what was counted in it stand.
    private func columns(of limit: ChargeShape.LimitKind) -> (start: String, used: String) {
        limit.slot.map { ($0.start, $0.used) } ?? ("window_start", "used")
    }

    /// Counts in a calendar window, where it stands.
    private func counted(_ n: Int, _ limit: ChargeShape.LimitKind) -> String {
        let (start, used) = columns(of: limit)
        return """
            \(used) = NEW.amount_\(n) + \(self.used(n, limit, in: "")),
            \(start) = iif(\(start) BETWEEN NEW.from_\(n) AND NEW.until_\(n), \(start), NEW.from_\(n))
            """
    }

    private var countedInSlots: String { slotted.map(counted).joined(separator: ",\n") }

    /// For a charge that doesn't change the row of the grant in turn anyway.
    private var countInSlots: String {
        """
            UPDATE grants SET \(countedInSlots) WHERE id = NEW.burning;

            UPDATE accounts SET \(countedInSlots) WHERE NEW.burning IS NULL AND id = NEW.account_id;
        """
    }

    private func count(_ n: Int, _ limit: ChargeShape.LimitKind) -> String {
        guard limit.isRolling else {
            return "    UPDATE counters SET \(counted(n, limit)) WHERE id = \(counter(n, limit));"
        }
        return """
                UPDATE counters SET used = NEW.amount_\(n) + \(used(n, limit, in: "counters.")) WHERE id = \(counter(n, limit));

                DELETE FROM counter_hits
                WHERE counter = \(counter(n, limit)) AND (at <= NEW.from_\(n) OR at > NEW.until_\(n));

                INSERT INTO counter_hits (counter, at, charge_id, amount)
                VALUES (\(counter(n, limit)), NEW.at, NEW.id, NEW.amount_\(n));
            """
    }

    private func counter(_ n: Int, _ limit: ChargeShape.LimitKind) -> String {
        switch limit.scope {
        case .account: "(NEW.account_id << 17 | NEW.limit_\(n))"
        case .member: "(iif(NEW.member_id IS NULL, NEW.account_id << 1, NEW.member_id << 1 | 1) << 16 | NEW.limit_\(n))"
        case .action: "NEW.limit_\(n)"
        }
    }

    /// The grant in turn pays alone, and keeps at least `least`; otherwise the writer charges again, by ``burnSeveral``.
    /// Where no grant's turn it is, there is nothing left. This is looked at as the journal's line is made up, which leads
    /// to the account's line before it: the grant in turn names it.
    private var enterOne: String {
        let excesses = slotted.compactMap { excess($0, $1, in: "") }
        let refusals = excesses.map { "WHEN \($0) THEN RAISE(FAIL, 'faregate:limit')" }
        return """
                INSERT INTO journal (id, previous, at, account_id, kind, credits, held, charge_id, grant_id)
                VALUES (
                    NEW.entry,
                    coalesce(
                        (SELECT CASE
                            \(refusals.joined(separator: "\n            "))
                            WHEN remaining - NEW.cost < NEW.least THEN RAISE(FAIL, 'faregate:split')
                            ELSE last_entry END
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
                last_entry = NEW.entry\(slotted.isEmpty ? "" : ",\n" + countedInSlots)
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
