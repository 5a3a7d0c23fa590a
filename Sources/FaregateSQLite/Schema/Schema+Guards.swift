extension Schema {
    /// Guards against what must never happen, so that a bug is an error and not a wrong balance.
    static let version5Guards = """
        -- A charge ends once. Settling it adds `settle` lines that take its cost off what is held.
        CREATE TRIGGER charges_close AFTER UPDATE OF state, state_since ON charges
        BEGIN
            SELECT RAISE(ABORT, 'faregate:a closed charge cannot change') WHERE OLD.state <> 0;

            INSERT INTO journal (at, account_id, kind, credits, held, charge_id, grant_id)
            SELECT NEW.state_since, OLD.account_id, 'settle', 0, -OLD.cost, OLD.id, OLD.grant_id
            WHERE NEW.state = 1 AND (OLD.grant_id IS NOT NULL OR OLD.cost = 0);

            INSERT INTO journal (at, account_id, kind, credits, held, charge_id, grant_id)
            SELECT NEW.state_since, OLD.account_id, 'settle', 0, -credits, OLD.id, charge_grants.grant_id
            FROM charge_grants
            WHERE NEW.state = 1 AND OLD.grant_id IS NULL AND OLD.cost > 0 AND charge_id = OLD.id AND credits > 0;
        END;

        CREATE TRIGGER charges_stay_closed BEFORE UPDATE OF cost, debt, short, used, grant_id ON charges
            WHEN OLD.state <> 0
        BEGIN SELECT RAISE(ABORT, 'faregate:a closed charge cannot change'); END;

        CREATE TRIGGER charges_keep_their_price
            BEFORE UPDATE OF id, account_id, member_id, price_id, quoted, created_at, attributes, plan, units ON charges
        BEGIN SELECT RAISE(ABORT, 'faregate:the account, price and attributes of a charge cannot change'); END;

        -- Charges, their payments and their journal lines are only deleted once an archive has them.
        CREATE TRIGGER charges_stay BEFORE DELETE ON charges
            WHEN OLD.state = 0 OR OLD.id NOT IN (SELECT charge_id FROM archiving)
        BEGIN SELECT RAISE(ABORT, 'faregate:a charge cannot be deleted before it is in an archive'); END;

        CREATE TRIGGER charge_grants_stay BEFORE DELETE ON charge_grants
            WHEN OLD.charge_id NOT IN (SELECT charge_id FROM archiving)
        BEGIN SELECT RAISE(ABORT, 'faregate:a payment cannot be deleted before its charge is in an archive'); END;

        CREATE TRIGGER charge_grants_close_once BEFORE UPDATE ON charge_grants
            WHEN (SELECT state FROM charges WHERE id = OLD.charge_id) <> 0
        BEGIN SELECT RAISE(ABORT, 'faregate:a payment for a closed charge cannot change'); END;

        CREATE TRIGGER successors_stay BEFORE DELETE ON successors
        BEGIN SELECT RAISE(ABORT, 'faregate:the record of a replaced charge cannot be deleted'); END;

        CREATE TRIGGER successors_keep BEFORE UPDATE ON successors
        BEGIN SELECT RAISE(ABORT, 'faregate:the record of a replaced charge cannot change'); END;

        CREATE TRIGGER grants_stay BEFORE DELETE ON grants
        BEGIN SELECT RAISE(ABORT, 'faregate:a grant cannot be deleted'); END;

        CREATE TRIGGER grants_keep_their_amount
            BEFORE UPDATE OF id, account_id, reference, source, actions, priority, position, granted_at, granted, line_id,
                period ON grants
        BEGIN SELECT RAISE(ABORT, 'faregate:the account, amount, source and reference of a grant cannot change'); END;

        CREATE TRIGGER journal_stays BEFORE DELETE ON journal
            WHEN OLD.charge_id IS NULL OR OLD.charge_id NOT IN (SELECT charge_id FROM archiving)
        BEGIN SELECT RAISE(ABORT, 'faregate:a journal line cannot be deleted before its charge is in an archive'); END;

        -- A grant's line for archived charges is only changed by adding further archived charges.
        CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal
            WHEN NOT (OLD.kind = 'archive' AND EXISTS (SELECT 1 FROM archiving)
                AND (NEW.id, NEW.previous, NEW.at, NEW.account_id, NEW.kind, NEW.held, NEW.debt, NEW.charge_id, NEW.grant_id)
                    IS (OLD.id, OLD.previous, OLD.at, OLD.account_id, OLD.kind, OLD.held, OLD.debt, OLD.charge_id, OLD.grant_id))
        BEGIN SELECT RAISE(ABORT, 'faregate:a journal line cannot change'); END;

        CREATE TRIGGER notes_stay BEFORE DELETE ON notes
        BEGIN SELECT RAISE(ABORT, 'faregate:a note cannot be deleted'); END;

        CREATE TRIGGER notes_keep BEFORE UPDATE ON notes
        BEGIN SELECT RAISE(ABORT, 'faregate:a note cannot change'); END;

        CREATE TRIGGER withdrawals_stay BEFORE DELETE ON withdrawals
        BEGIN SELECT RAISE(ABORT, 'faregate:a withdrawal cannot be deleted'); END;

        CREATE TRIGGER withdrawals_keep BEFORE UPDATE ON withdrawals
        BEGIN SELECT RAISE(ABORT, 'faregate:a withdrawal cannot change'); END;

        CREATE TRIGGER withdrawal_entries_fit BEFORE INSERT ON withdrawal_entries
            WHEN NOT EXISTS (
                SELECT 1 FROM journal JOIN withdrawals ON withdrawals.account_id = journal.account_id
                WHERE journal.id = NEW.entry AND withdrawals.note_id = NEW.note_id AND journal.charge_id IS NULL
                    AND journal.kind IN ('reverse', 'debt'))
        BEGIN SELECT RAISE(ABORT, 'faregate:a withdrawal can only have reversals and debts of its own account'); END;

        CREATE TRIGGER withdrawal_entries_stay BEFORE DELETE ON withdrawal_entries
        BEGIN SELECT RAISE(ABORT, 'faregate:the entries of a withdrawal cannot be deleted'); END;

        CREATE TRIGGER withdrawal_entries_keep BEFORE UPDATE ON withdrawal_entries
        BEGIN SELECT RAISE(ABORT, 'faregate:the entries of a withdrawal cannot change'); END;

        CREATE TRIGGER prices_keep BEFORE UPDATE ON prices
        BEGIN SELECT RAISE(ABORT, 'faregate:a recorded price cannot change'); END;

        CREATE TRIGGER plan_lines_grow BEFORE UPDATE ON plan_lines
            WHEN NEW.period < OLD.period OR NEW.since <> OLD.since
        BEGIN SELECT RAISE(ABORT, 'faregate:a period of a plan cannot be granted again'); END;

        -- The total granted to an account stays within the range of credits, so that no sum can overflow.
        CREATE TRIGGER grants_in_range BEFORE INSERT ON grants
        BEGIN
            SELECT RAISE(ABORT, 'faregate:an account cannot be granted more than 9007199254740991 credits in total')
            WHERE NEW.granted > 9007199254740991 - (
                SELECT coalesce(sum(granted), 0) FROM grants
                WHERE account_id = NEW.account_id AND reference <> NEW.reference);
        END;

        """
}
