import Faregate
import FaregateBooks

/// The SQL of one limit of a charge: its check and its count.
struct LimitProgram {
    let n: Int
    let kind: ChargeShape.LimitKind

    /// The counter's key.
    private var counter: String {
        let account = kind.scope == .action ? "0" : "NEW.account_id"
        let member = kind.scope == .member ? "coalesce(NEW.member_id, -1)" : "0"
        return "account_id = \(account) AND member_id = \(member) AND limit_id = NEW.limit_\(n)"
    }

    private var keyValues: String {
        let account = kind.scope == .action ? "0" : "NEW.account_id"
        let member = kind.scope == .member ? "coalesce(NEW.member_id, -1)" : "0"
        return "\(account), \(member), NEW.limit_\(n)"
    }

    /// The count in the current window, from the counter's row.
    ///
    /// A counter of this calendar window, or of the next one (the clock stepped back), is kept; any other is reset.
    ///
    /// A hit is the amount that one call added to a rolling window. A rolling window excludes hits that have left it,
    /// and hits from a clock that was more than a window ahead: both are few, since each charge deletes them. If the
    /// counter's row still has a calendar window, its hits are from an earlier rolling window, and count. No policy
    /// leads to that, because a limit with another window has another counter.
    private var used: String {
        kind.isRolling
            ? """
            iif(window_ms IS NOT NULL, used, \(hits()))
                - \(hits("at <= NEW.from_\(n)").indented())
                - \(hits("at > NEW.until_\(n)").indented())
            """
            : "iif(window_start BETWEEN NEW.from_\(n) AND NEW.until_\(n), used, 0)"
    }

    /// The sum of some hits of the counter.
    private func hits(_ condition: String? = nil) -> String {
        """
        coalesce((
            SELECT sum(amount) FROM counter_hits
            WHERE \(counter)\(condition.map { "\n        AND \($0)" } ?? "")
        ), 0)
        """
    }

    var check: String {
        """
        -- Limit \(n), by \(kind.scope.rawValue), must have room for the call.
        SELECT RAISE(ABORT, 'faregate:limit')
        WHERE NEW.amount_\(n) + coalesce((
            SELECT \(used.indented())
            FROM counters
            WHERE \(counter)), 0)
            > NEW.max_\(n);
        """
    }

    var count: [String] {
        let steps = kind.isRolling ? countRolling : [countCalendar]
        return ["-- Limit \(n), by \(kind.scope.rawValue), counts the call.\n\(steps[0])"] + steps.dropFirst()
    }

    private var countCalendar: String {
        """
        INSERT INTO counters (account_id, member_id, limit_id, window_start, window_end, used)
        VALUES (\(keyValues), NEW.from_\(n), NEW.until_\(n), NEW.amount_\(n))
        ON CONFLICT DO UPDATE SET
            used = min(\(Counter.maximumCount), NEW.amount_\(n) + \(used)),
            window_start = iif(window_start BETWEEN NEW.from_\(n) AND NEW.until_\(n), window_start, NEW.from_\(n)),
            window_end = max(iif(window_start BETWEEN NEW.from_\(n) AND NEW.until_\(n), window_end, 0), NEW.until_\(n)),
            window_ms = NULL;
        """
    }

    /// A hit counts at most what fits into the counter, so that `used` stays the sum of the hits.
    private var countRolling: [String] {
        [
            """
            INSERT INTO counters (account_id, member_id, limit_id, window_ms, window_end, used)
            VALUES (\(keyValues), NEW.window_\(n), NEW.until_\(n), 0)
            ON CONFLICT DO UPDATE SET
                used = \(used.indented()),
                window_start = NULL, window_ms = NEW.window_\(n), window_end = NEW.until_\(n);
            """,
            """
            DELETE FROM counter_hits
            WHERE \(counter)
                AND at <= NEW.from_\(n);
            """,
            """
            DELETE FROM counter_hits
            WHERE \(counter)
                AND at > NEW.until_\(n);
            """,
            """
            INSERT INTO counter_hits (account_id, member_id, limit_id, at, charge_id, amount)
            SELECT account_id, member_id, limit_id, NEW.at, NEW.id, min(NEW.amount_\(n), \(Counter.maximumCount) - used)
            FROM counters
            WHERE \(counter);
            """,
            """
            UPDATE counters SET used = used + min(NEW.amount_\(n), \(Counter.maximumCount) - used)
            WHERE \(counter);
            """,
        ]
    }
}
