import FaregateBooks

/// The SQL of a charge: one INSERT into a temporary view, whose trigger runs the whole charge or refuses it.
///
/// View and trigger belong to the connection (`TEMP`) and are created for the first charge of their shape. The
/// trigger first checks, in this order: the account, the idempotency key, the limits, the credits, the
/// holder's lease. Then it writes. `RAISE(ABORT, …)` undoes the statement, and its message is a fixed reason;
/// the figures of a refusal are read afterwards, in the same transaction.
/// [RAISE](https://www.sqlite.org/lang_createtrigger.html#raise)
///
/// `Tests/FaregateSQLiteTests/Golden` has the SQL of the common shapes.
package struct ChargeProgram {
    let shape: ChargeShape

    private var name: String { "charge_\(shape.name)" }

    /// The columns, line by line as they are printed.
    private var columns: [[String]] {
        [["id", "account_id", "member_id", "price_id", "holder_id"], ["grant_id"]]
            + [["at", "cost", "keep", "counted", "attributes", "shadow", "units"]]
            + (shape.checksPlan ? [["plan"]] : [])
            + (shape.hasKey ? [["action", "key", "fingerprint", "key_expires_at"]] : [])
            + shape.limits.indices.map { n in
                ["limit_\(n)", "from_\(n)", "until_\(n)", "window_\(n)", "max_\(n)", "amount_\(n)"]
            }
    }

    /// Creates the view and its trigger.
    var definition: String {
        """
        CREATE TEMP VIEW IF NOT EXISTS \(name) (
            \(ChargeProgram.list(columns).indented())
        ) AS SELECT
            \(ChargeProgram.list(columns.map { $0.map { _ in "NULL" } }).indented());

        CREATE TEMP TRIGGER IF NOT EXISTS \(name)_takes
            INSTEAD OF INSERT ON \(name)
        BEGIN
            \(steps.joined(separator: "\n\n").indented())
        END;
        """
    }

    /// The INSERT. It also looks up the first grant in spending order.
    var statement: String {
        var number = 0
        let values = columns.map { line in
            line.map { column in
                number += 1
                return column == "grant_id" ? "(\(ChargeProgram.firstGrant(of: "?2", at: "?4")))" : "?\(number)"
            }
        }
        return """
            INSERT INTO \(name) VALUES (
                \(ChargeProgram.list(values).indented()))
            """
    }

    private static func list(_ lines: [[String]]) -> String {
        lines.map { $0.joined(separator: ", ") }.joined(separator: ",\n")
    }

    private var steps: [String] {
        var steps = [checkAccount]
        if shape.hasKey { steps.append(checkKey) }
        steps += limits.filter(\.kind.isEnforced).map(\.check)
        if !shape.isFree { steps.append(shape.isSplit ? checkGrants : checkGrant) }
        steps.append(checkLease)
        if shape.hasKey { steps += [keepSuccessor, useKey] }
        steps += limits.flatMap(\.count)
        steps.append(insertCharge)
        if !shape.isFree { steps += shape.isSplit ? spendSeveral : [spendOne] }
        if shape.isFree || !shape.isSplit { steps.append(insertEntry) }
        steps.append(linkEntry)
        return steps
    }

    private var limits: [LimitProgram] {
        shape.limits.enumerated().map { LimitProgram(n: $0.offset, kind: $0.element) }
    }

    /// Grants for some actions are spent first, then by priority, then soonest expiry, then in the plan's order, then
    /// oldest.
    static func firstGrant(of account: String, at price: String) -> String {
        """
        SELECT id FROM payers WHERE account_id = \(account) AND price_id = \(price) \
        ORDER BY is_general, priority, expires_at, position, id LIMIT 1
        """
    }

    private var checkAccount: String {
        let plan = "\n    WHEN plan IS NOT NEW.plan THEN RAISE(ABORT, 'faregate:plan')"
        return """
            -- The account must not be suspended or due for a refresh\(shape.checksPlan ? ", and must be on this plan" : "").
            SELECT CASE
                WHEN suspended_at IS NOT NULL THEN RAISE(ABORT, 'faregate:suspended')
                WHEN due_at <= NEW.at THEN RAISE(ABORT, 'faregate:due')\(shape.checksPlan ? plan : "") END
            FROM accounts WHERE id = NEW.account_id;
            """
    }

    private var checkLease: String {
        """
        -- This process must have a lease, or another would refund the charge as abandoned.
        SELECT RAISE(ABORT, 'faregate:lease')
        WHERE NOT EXISTS (
            SELECT 1 FROM holders WHERE id = NEW.holder_id AND alive_until >= NEW.at + \(Lease.renewalMilliseconds));
        """
    }

    private var checkKey: String {
        """
        -- A key is valid until it expires, and beyond that while its charge is held. The key of a refunded charge is free.
        SELECT RAISE(ABORT, 'faregate:key')
        FROM keys JOIN charges ON charges.id = keys.charge_id
        WHERE keys.account_id = NEW.account_id AND keys.action = NEW.action AND keys.key = NEW.key
            AND (charges.state = 0 OR charges.state = 1 AND keys.expires_at > NEW.at);
        """
    }

    private var keepSuccessor: String {
        """
        -- A charge that was refunded as abandoned can't be settled late once its key was used again.
        INSERT INTO successors (abandoned, charge_id)
        SELECT charges.id, NEW.id FROM keys JOIN charges ON charges.id = keys.charge_id
        WHERE keys.account_id = NEW.account_id AND keys.action = NEW.action AND keys.key = NEW.key
            AND keys.expires_at > NEW.at AND charges.state = 2 AND charges.reason = 'abandoned'
            AND charges.id NOT IN (SELECT abandoned FROM successors);
        """
    }

    private var useKey: String {
        """
        INSERT INTO keys (account_id, action, key, charge_id, fingerprint, expires_at)
        VALUES (NEW.account_id, NEW.action, NEW.key, NEW.id, NEW.fingerprint, NEW.key_expires_at)
        ON CONFLICT (account_id, action, key) DO UPDATE SET
            charge_id = excluded.charge_id, fingerprint = excluded.fingerprint,
            expires_at = excluded.expires_at, result = NULL;
        """
    }

    private var checkGrant: String {
        """
        -- The first grant pays alone if at least `keep` credits remain in it. Otherwise this statement fails, and the
        -- charge runs again, paid by several grants.
        SELECT coalesce(
            (SELECT CASE WHEN remaining - NEW.cost < NEW.keep THEN RAISE(ABORT, 'faregate:split') ELSE 1 END
            FROM grants WHERE id = NEW.grant_id),
            RAISE(ABORT, 'faregate:credits'));
        """
    }

    private var checkGrants: String {
        """
        SELECT RAISE(ABORT, 'faregate:credits')
        WHERE NEW.cost > (
            SELECT coalesce(sum(remaining), 0) FROM payers
            WHERE account_id = NEW.account_id AND price_id = NEW.price_id);
        """
    }

    private var insertCharge: String {
        """
        INSERT INTO charges (
            id, account_id, member_id, price_id, holder_id, grant_id, created_at, state_since, quoted, cost,
            counted, attributes, shadow, plan, units)
        VALUES (
            NEW.id, NEW.account_id, NEW.member_id, NEW.price_id, NEW.holder_id,
            \(shape.isFree || shape.isSplit ? "NULL" : "NEW.grant_id"), NEW.at, NEW.at, NEW.cost, NEW.cost,
            NEW.counted, NEW.attributes, NEW.shadow,
            (SELECT plan FROM accounts WHERE id = NEW.account_id), NEW.units);
        """
    }

    private var insertEntry: String {
        """
        INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id, grant_id)
        SELECT last_entry, NEW.at, id, 'charge', -NEW.cost, NEW.cost, NEW.id, \(shape.isFree ? "NULL" : "NEW.grant_id")
        FROM accounts WHERE id = NEW.account_id;
        """
    }

    private var linkEntry: String {
        "UPDATE accounts SET last_entry = last_insert_rowid() WHERE id = NEW.account_id;"
    }

    private var spendOne: String {
        "UPDATE grants SET remaining = remaining - NEW.cost, taken = taken + NEW.cost WHERE id = NEW.grant_id;"
    }

    /// Links each journal line to the one before: the first to the account's latest line, and so on.
    private var spendSeveral: [String] {
        [
            """
            -- In spending order, each grant pays what is left to pay after the earlier grants.
            INSERT INTO charge_grants (charge_id, grant_id, credits)
            SELECT NEW.id, id, min(remaining, NEW.cost - before) FROM (
                SELECT id, remaining, sum(remaining) OVER (
                    ORDER BY is_general, priority, expires_at, position, id ROWS UNBOUNDED PRECEDING
                ) - remaining AS before
                FROM payers WHERE account_id = NEW.account_id AND price_id = NEW.price_id)
            WHERE before < NEW.cost;
            """,
            """
            INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id, grant_id)
            SELECT
                CASE number WHEN 1 THEN last_entry ELSE latest + number - 1 END,
                NEW.at, NEW.account_id, 'charge', -credits, credits, NEW.id, grant_id
            FROM (
                SELECT
                    grant_id, credits,
                    row_number() OVER (ORDER BY is_general, priority, expires_at, position, grant_id) AS number,
                    (SELECT last_entry FROM accounts WHERE id = NEW.account_id) AS last_entry,
                    (SELECT max(id) FROM journal) AS latest
                FROM charge_grants JOIN grants ON grants.id = grant_id WHERE charge_id = NEW.id)
            ORDER BY number;
            """,
            """
            UPDATE grants SET
                remaining = remaining - credits, taken = taken + credits, spent = remaining = credits
            FROM charge_grants WHERE charge_id = NEW.id AND grant_id = grants.id;
            """,
        ]
    }
}

extension String {
    /// Indents all lines except the first by four more spaces.
    func indented() -> String { replacing("\n", with: "\n    ").replacing("\n    \n", with: "\n\n") }
}
