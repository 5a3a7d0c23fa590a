extension Schema {
    /// What must never happen, so that a bug is an error and not a wrong balance.
    static let version4Guards = """
        -- A charge ends once. What one grant holds for it is settled with it: a line of the journal.
        -- After and not before, since SQLite looks the row up again after what was before; and so ROLLBACK, which needs
        -- no copies of the pages that were changed, as ABORT would.
        CREATE TRIGGER charges_close AFTER UPDATE OF state, state_since ON charges
            WHEN OLD.state <> \(StoredState.held)
                OR NEW.state = \(StoredState.settled) AND (OLD.grant_id IS NOT NULL OR OLD.cost = 0)
        BEGIN
            SELECT RAISE(ROLLBACK, 'faregate:a closed charge never changes') WHERE OLD.state <> \(StoredState.held);

            INSERT INTO journal (at, account_id, kind, credits, held, charge_id, grant_id)
            VALUES (NEW.state_since, OLD.account_id, 'settle', 0, -OLD.cost, OLD.id, OLD.grant_id);
        END;

        CREATE TRIGGER charges_stay_closed BEFORE UPDATE OF cost, debt, short, grant_id ON charges
            WHEN OLD.state <> \(StoredState.held)
        BEGIN SELECT RAISE(ABORT, 'faregate:a closed charge never changes'); END;

        CREATE TRIGGER charges_keep_their_price
            BEFORE UPDATE OF id, account_id, member_id, price_id, quoted, created_at, attributes ON charges
        BEGIN SELECT RAISE(ABORT, 'faregate:a charge keeps its price'); END;

        CREATE TRIGGER charges_stay BEFORE DELETE ON charges
        BEGIN SELECT RAISE(ABORT, 'faregate:charges are never deleted'); END;

        CREATE TRIGGER late_charges_stay BEFORE DELETE ON late_charges
        BEGIN SELECT RAISE(ABORT, 'faregate:which charge was made late never changes'); END;

        CREATE TRIGGER late_charges_keep BEFORE UPDATE ON late_charges
        BEGIN SELECT RAISE(ABORT, 'faregate:which charge was made late never changes'); END;

        CREATE TRIGGER charge_grants_stay BEFORE DELETE ON charge_grants
        BEGIN SELECT RAISE(ABORT, 'faregate:what a grant paid is never deleted'); END;

        CREATE TRIGGER charge_grants_close_once BEFORE UPDATE ON charge_grants
            WHEN (SELECT state FROM charges WHERE id = OLD.charge_id) <> \(StoredState.held)
        BEGIN SELECT RAISE(ABORT, 'faregate:what a grant paid moves while its charge is held'); END;

        -- No CHECK: a function in it would cost every charge with a key a copy of the pages that it touches.
        CREATE TRIGGER keys_keep_small_results BEFORE UPDATE OF result ON keys WHEN length(NEW.result) > 65536
        BEGIN SELECT RAISE(ABORT, 'faregate:a result that is kept has at most 64 KiB'); END;

        CREATE TRIGGER grants_stay BEFORE DELETE ON grants
        BEGIN SELECT RAISE(ABORT, 'faregate:grants are never deleted'); END;

        CREATE TRIGGER grants_keep_their_amount
            BEFORE UPDATE OF id, account_id, reference, source, priority, granted_at, granted ON grants
        BEGIN SELECT RAISE(ABORT, 'faregate:a grant keeps its amount'); END;

        CREATE TRIGGER journal_stays BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'faregate:the journal is append-only'); END;

        CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'faregate:the journal is append-only'); END;

        CREATE TRIGGER notes_stay BEFORE DELETE ON notes
        BEGIN SELECT RAISE(ABORT, 'faregate:notes are never deleted'); END;

        CREATE TRIGGER notes_keep BEFORE UPDATE ON notes
        BEGIN SELECT RAISE(ABORT, 'faregate:notes never change'); END;

        CREATE TRIGGER prices_keep BEFORE UPDATE ON prices
        BEGIN SELECT RAISE(ABORT, 'faregate:a price that was charged never changes'); END;

        CREATE TRIGGER plan_periods_grow BEFORE UPDATE ON plan_periods
            WHEN NEW.period < OLD.period OR NEW.since <> OLD.since
        BEGIN SELECT RAISE(ABORT, 'faregate:a period is granted once'); END;

        -- All that an account was ever granted stays within the range of credits, so that no sum can overflow.
        CREATE TRIGGER grants_in_range BEFORE INSERT ON grants
        BEGIN
            SELECT RAISE(ABORT, 'faregate:more credits than an account can have')
            WHERE NEW.granted > 9007199254740991 - (
                SELECT coalesce(sum(granted), 0) FROM grants
                WHERE account_id = NEW.account_id AND reference <> NEW.reference);
        END;

        """
}
