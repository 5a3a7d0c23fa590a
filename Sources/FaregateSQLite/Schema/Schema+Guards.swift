extension Schema {
    /// What must never happen, so that a bug is an error and not a wrong balance.
    static let version1Guards = """
        CREATE TRIGGER charges_close_once BEFORE UPDATE ON charges WHEN OLD.state <> 'held'
        BEGIN SELECT RAISE(ABORT, 'faregate:a closed charge never changes'); END;

        CREATE TRIGGER charges_keep_their_price
            BEFORE UPDATE OF
                id, account_id, member, action, cost, calendar_limits, rolling_limits, policy_version, rule, created_at
            ON charges
        BEGIN SELECT RAISE(ABORT, 'faregate:a charge keeps its price'); END;

        CREATE TRIGGER charges_stay BEFORE DELETE ON charges
        BEGIN SELECT RAISE(ABORT, 'faregate:charges are never deleted'); END;

        CREATE TRIGGER charge_grants_stay BEFORE DELETE ON charge_grants
        BEGIN SELECT RAISE(ABORT, 'faregate:what a grant paid is never deleted'); END;

        CREATE TRIGGER charge_grants_keep BEFORE UPDATE OF charge_id, grant_id, credits ON charge_grants
        BEGIN SELECT RAISE(ABORT, 'faregate:what a grant paid never changes'); END;

        CREATE TRIGGER charge_grants_close_once BEFORE UPDATE OF settled, returned ON charge_grants
            WHEN NEW.settled < OLD.settled OR NEW.returned < OLD.returned
                OR (SELECT state FROM charges WHERE id = NEW.charge_id) = 'held'
        BEGIN SELECT RAISE(ABORT, 'faregate:what a grant paid moves when its charge closes'); END;

        CREATE TRIGGER grants_stay BEFORE DELETE ON grants
        BEGIN SELECT RAISE(ABORT, 'faregate:grants are never deleted'); END;

        CREATE TRIGGER grants_keep_their_amount
            BEFORE UPDATE OF id, account_id, reference, source, priority, granted_at, granted ON grants
        BEGIN SELECT RAISE(ABORT, 'faregate:a grant keeps its amount'); END;

        CREATE TRIGGER journal_stays BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'faregate:the journal is append-only'); END;

        CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'faregate:the journal is append-only'); END;

        -- All that an account was ever granted stays within the range of credits, so that no sum can overflow.
        CREATE TRIGGER grants_in_range BEFORE INSERT ON grants
        BEGIN
            SELECT RAISE(ABORT, 'faregate:more credits than an account can have')
            WHERE NEW.granted > 9007199254740991 - (
                SELECT coalesce(sum(granted), 0) FROM grants
                WHERE account_id = NEW.account_id AND reference <> NEW.reference);
        END;

        CREATE TRIGGER purchases_pay_once BEFORE UPDATE ON purchases WHEN OLD.state = 'paid'
        BEGIN SELECT RAISE(ABORT, 'faregate:a purchase is paid once'); END;

        CREATE TRIGGER purchases_keep_their_worth
            BEFORE UPDATE OF id, provider, account_id, pack, credits, price_minor, currency ON purchases
        BEGIN SELECT RAISE(ABORT, 'faregate:a purchase keeps its worth'); END;

        """
}
