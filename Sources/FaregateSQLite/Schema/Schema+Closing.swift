extension Schema {
    /// An UPDATE of a charge's state closes it, once: these triggers move its credits and write the journal.
    static let version1Closing = """
        CREATE TRIGGER charges_settle AFTER UPDATE OF state ON charges WHEN NEW.state = 'settled'
        BEGIN
            UPDATE charge_grants SET settled = credits WHERE charge_id = NEW.id;

            INSERT INTO journal (at, account_id, kind, credits, held, charge_id)
            VALUES (NEW.closed_at, NEW.account_id, 'settle', 0, -NEW.cost, NEW.id);
        END;

        CREATE TRIGGER charge_grants_settle AFTER UPDATE OF settled ON charge_grants
        BEGIN
            UPDATE grants SET held = held - (NEW.settled - OLD.settled), settled = settled + (NEW.settled - OLD.settled)
            WHERE id = NEW.grant_id;
        END;

        CREATE TRIGGER charges_refund AFTER UPDATE OF state ON charges WHEN NEW.state = 'refunded'
        BEGIN
            UPDATE charge_grants SET returned = credits WHERE charge_id = NEW.id;

            INSERT INTO journal (at, account_id, kind, credits, held, charge_id)
            VALUES (NEW.closed_at, NEW.account_id, 'refund', NEW.cost, -NEW.cost, NEW.id);
        END;

        -- What is left of a grant that expired meanwhile stays expired; only what is returned gets the grace.
        CREATE TRIGGER charge_grants_return AFTER UPDATE OF returned ON charge_grants
        BEGIN
            UPDATE grants SET expired = expired + remaining, remaining = 0
            WHERE id = NEW.grant_id AND remaining > 0
                AND expires_at <= (SELECT closed_at FROM charges WHERE id = NEW.charge_id);

            UPDATE grants SET
                held = held - (NEW.returned - OLD.returned),
                remaining = remaining + (NEW.returned - OLD.returned),
                lapsed = lapsed OR expires_at <= (SELECT closed_at FROM charges WHERE id = NEW.charge_id)
            WHERE id = NEW.grant_id;

            UPDATE grants SET expires_at = max(
                expires_at, (SELECT closed_at + refund_grace_ms FROM charges WHERE id = NEW.charge_id))
            WHERE id = NEW.grant_id AND lapsed;
        END;

        -- Only the window that was counted in gets its count back.
        CREATE TRIGGER charges_uncount AFTER UPDATE OF state ON charges
            WHEN NEW.state = 'refunded' AND NEW.calendar_limits IS NOT NULL
        BEGIN
            UPDATE counters SET used = used - ("limit".value ->> 2)
            FROM json_each(NEW.calendar_limits) AS "limit"
            WHERE counters.name = "limit".key AND counters.window_start = "limit".value ->> 0 AND "limit".value ->> 3;
        END;

        CREATE TRIGGER charges_unhit AFTER UPDATE OF state ON charges
            WHEN NEW.state = 'refunded' AND NEW.rolling_limits IS NOT NULL
        BEGIN
            DELETE FROM counter_hits
            WHERE charge_id = NEW.id AND at = NEW.created_at
                AND counter IN (SELECT key FROM json_each(NEW.rolling_limits) WHERE value ->> 3);
        END;

        CREATE TRIGGER grants_expire AFTER UPDATE OF expired ON grants WHEN NEW.expired > OLD.expired
        BEGIN
            INSERT INTO journal (at, account_id, kind, credits, held, grant_id)
            VALUES (NEW.expires_at, NEW.account_id, 'expire', OLD.expired - NEW.expired, 0, NEW.id);
        END;

        CREATE TRIGGER grants_enter AFTER INSERT ON grants
        BEGIN
            INSERT INTO journal (at, account_id, kind, credits, held, grant_id)
            VALUES (NEW.granted_at, NEW.account_id, 'grant', NEW.granted, 0, NEW.id);
        END;

        """
}
