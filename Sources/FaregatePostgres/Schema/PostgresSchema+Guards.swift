#if Postgres
import Faregate

extension PostgresSchema {
    /// Guards against what must never happen, so that a bug is an error and not a wrong balance.
    static let guards =
        settlingJournal
        + [
            Guard(
                "charges_stay_closed",
                "BEFORE UPDATE OF cost, debt, short, used, grant_id, state, state_since ON charges",
                when: "OLD.state <> 0", looksAtRowOnly: true,
                "a closed charge can't change"
            ),
            Guard(
                "charges_keep_their_price",
                "BEFORE UPDATE OF id, account_id, member_id, price_id, quoted, created_at, attributes, plan, units ON charges",
                "the account, price and attributes of a charge can't change"
            ),
            Guard(
                "charges_stay", "BEFORE DELETE ON charges",
                when: "OLD.state = 0 OR OLD.id NOT IN (SELECT charge_id FROM archiving)",
                "a charge can't be deleted before it is archived"
            ),
            Guard(
                "charge_grants_stay", "BEFORE DELETE ON charge_grants",
                when: "OLD.charge_id NOT IN (SELECT charge_id FROM archiving)",
                "the payments of a charge can't be deleted before it is archived"
            ),
            Guard(
                "charge_grants_close_once", "BEFORE UPDATE ON charge_grants",
                when: "(SELECT state FROM charges WHERE id = OLD.charge_id) <> 0",
                "the payments of a closed charge can't change"
            ),
            Guard(
                "successors_stay", "BEFORE DELETE OR UPDATE ON successors",
                "the record of a replaced charge can't change"),
            Guard("grants_stay", "BEFORE DELETE ON grants", "a grant can't be deleted"),
            Guard(
                "grants_keep_their_amount",
                """
                BEFORE UPDATE OF id, account_id, reference, source, actions, priority, position, granted_at, granted, \
                line_id, period ON grants
                """,
                "the account, amount, source and reference of a grant can't change"
            ),
            Guard(
                "journal_stays", "BEFORE DELETE ON journal",
                when: "OLD.charge_id IS NULL OR OLD.charge_id NOT IN (SELECT charge_id FROM archiving)",
                "a journal line can't be deleted before it is archived"
            ),
            Guard(
                "journal_keeps", "BEFORE UPDATE ON journal",
                when: """
                    NOT (OLD.kind = 'archive' AND EXISTS (SELECT 1 FROM archiving)
                        AND (NEW.id, NEW.previous, NEW.at, NEW.account_id, NEW.kind, NEW.held, NEW.debt, NEW.charge_id,
                            NEW.grant_id)
                        IS NOT DISTINCT FROM (OLD.id, OLD.previous, OLD.at, OLD.account_id, OLD.kind, OLD.held, OLD.debt,
                            OLD.charge_id, OLD.grant_id))
                    """,
                "a journal line can't change"
            ),
            Guard("notes_stay", "BEFORE DELETE OR UPDATE ON notes", "a note can't change"),
            Guard("withdrawals_stay", "BEFORE DELETE OR UPDATE ON withdrawals", "a withdrawal can't change"),
            Guard(
                "withdrawal_entries_fit", "BEFORE INSERT ON withdrawal_entries",
                when: """
                    NOT EXISTS (
                        SELECT 1 FROM journal JOIN withdrawals ON withdrawals.account_id = journal.account_id
                        WHERE journal.id = NEW.entry AND withdrawals.note_id = NEW.note_id AND journal.charge_id IS NULL
                            AND journal.kind IN ('reverse', 'debt'))
                    """,
                "a withdrawal takes only from its own account"
            ),
            Guard(
                "withdrawal_entries_stay", "BEFORE DELETE OR UPDATE ON withdrawal_entries",
                "the entries of a withdrawal can't change"
            ),
            Guard("prices_keep", "BEFORE UPDATE ON prices", "a price that was charged can't change"),
            Guard(
                "plan_lines_grow", "BEFORE UPDATE ON plan_lines",
                when: "NEW.period < OLD.period OR NEW.since <> OLD.since", "a period of a plan can't be granted again"
            ),
            Guard(
                "grants_in_range", "BEFORE INSERT ON grants",
                when: """
                    NEW.granted > 9007199254740991 - (
                        SELECT coalesce(sum(granted), 0) FROM grants
                        WHERE account_id = NEW.account_id AND reference <> NEW.reference)
                    """,
                "the account's total exceeds the largest number of credits"
            ),
        ].map(\.text).joined()

    /// Settling charges adds `settle` lines that subtract their costs from the held credits.
    private static let settlingJournal = """
        -- The calls' transactions only look up rows by key, but the rows of the two transition tables have no key.
        CREATE FUNCTION charges_close() RETURNS trigger LANGUAGE plpgsql SET enable_hashjoin = on AS $$
        BEGIN
            INSERT INTO journal (at, account_id, kind, credits, held, charge_id, grant_id)
            SELECT settled.state_since, account_id, 'settle', 0, -open.cost, id, open.grant_id
            FROM settled JOIN open USING (id, account_id)
            WHERE open.state = 0 AND settled.state = 1 AND (open.grant_id IS NOT NULL OR open.cost = 0)
            UNION ALL
            SELECT settled.state_since, account_id, 'settle', 0, -credits, id, charge_grants.grant_id
            FROM settled JOIN open USING (id, account_id) JOIN charge_grants ON charge_id = id
            WHERE open.state = 0 AND settled.state = 1 AND open.grant_id IS NULL AND credits > 0
            ORDER BY id, grant_id;
            RETURN NULL;
        END $$;

        CREATE TRIGGER charges_close AFTER UPDATE ON charges REFERENCING OLD TABLE AS open NEW TABLE AS settled
            FOR EACH STATEMENT EXECUTE FUNCTION charges_close();

        """

    /// A trigger that forbids a change.
    struct Guard {
        let text: String

        /// - Parameters:
        ///   - name: the name of the trigger and of its function.
        ///   - event: the changes that it sees, and their table.
        ///   - condition: which of them it forbids; all, if nil.
        ///   - looksAtRowOnly: whether the condition names only columns of the row. Such a condition needs no function.
        ///   - reason: the error's text.
        init(
            _ name: String, _ event: String, when condition: String? = nil, looksAtRowOnly: Bool = false,
            _ reason: String
        ) {
            let escaped = reason.escaped(["'"], by: "'")
            guard let condition, !looksAtRowOnly else {
                let when = condition.map { " WHEN (\($0))" } ?? ""
                text = """
                    CREATE TRIGGER \(name) \(event) FOR EACH ROW\(when) EXECUTE FUNCTION refuse('\(escaped)');


                    """
                return
            }
            text = """
                CREATE FUNCTION \(name)() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF \(condition) THEN
                        RAISE EXCEPTION USING ERRCODE = 'FG001', MESSAGE = '\(escaped)';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                END $$;

                CREATE TRIGGER \(name) \(event) FOR EACH ROW EXECUTE FUNCTION \(name)();


                """
        }
    }
}
#endif
