#if Postgres
extension PostgresSchema {
    /// The triggers that keep a purchase's grants equal to its net position: every credit granted or taken for it
    /// has a journal line, and its position is the sum of these lines, between 0 and the credits sold.
    static let purchaseGuards =
        addingUp
        + [
            Guard(
                "purchase_entries_fit", "BEFORE INSERT ON purchase_entries",
                when: """
                    NOT EXISTS (
                        SELECT 1 FROM journal JOIN purchases ON purchases.account_id = journal.account_id
                        WHERE journal.id = NEW.entry AND purchases.id = NEW.purchase_id AND journal.charge_id IS NULL
                            AND journal.kind IN ('grant', 'reverse', 'debt', 'expire'))
                    """,
                "a purchase can only have grants, reversals, debts and expiries of its own account"
            ),
            Guard(
                "purchases_add_up", "BEFORE UPDATE OF position ON purchases",
                when: """
                    NEW.position <> (
                        SELECT coalesce(sum(iif(kind = 'expire', 0, credits - debt)), 0)
                        FROM purchase_entries JOIN journal ON journal.id = entry WHERE purchase_id = OLD.id)
                    """,
                "the position of a purchase must be the sum of its journal lines"
            ),
            Guard(
                "purchase_entries_stay", "BEFORE DELETE OR UPDATE ON purchase_entries",
                "the entries of a purchase can't change"
            ),
            Guard(
                "purchases_keep_what_was_sold",
                """
                BEFORE UPDATE OF id, name, order_id, provider, account_id, pack, product, quantity, credits, \
                price_minor, currency, lifetime_ms, actions, policy_version, request_key, allows_discounts, opened_at ON purchases
                """,
                "the account, pack, price and credits of a purchase can't change"
            ),
            Guard(
                "purchases_keep_their_checkout", "BEFORE UPDATE OF checkout ON purchases",
                when: "OLD.checkout IS NOT NULL AND NEW.checkout IS DISTINCT FROM OLD.checkout",
                "the checkout of a purchase can't change"
            ),
            Guard(
                "purchases_stay", "BEFORE DELETE ON purchases",
                when: """
                    NOT OLD.unpaid OR EXISTS (SELECT 1 FROM purchase_entries WHERE purchase_id = OLD.id)
                        OR EXISTS (
                            SELECT 1 FROM facts
                            WHERE order_id = OLD.order_id
                                AND json_extract(fact, '$.fact') NOT IN ('opened', 'expired', 'failed'))
                    """,
                "a purchase with a payment can't be deleted"
            ),
            Guard(
                "orders_stay", "BEFORE DELETE ON orders",
                when: "EXISTS (SELECT 1 FROM purchases WHERE order_id = coalesce(OLD.merged_into, OLD.id))",
                "the order of a purchase can't be deleted"
            ),
            Guard(
                "orders_merge_once", "BEFORE UPDATE OF id, provider, merged_into ON orders",
                when: """
                    OLD.merged_into IS NOT NULL
                            AND NEW.merged_into IS DISTINCT FROM (SELECT merged_into FROM orders WHERE id = OLD.merged_into)
                        OR EXISTS (SELECT 1 FROM purchases WHERE order_id = OLD.id)
                    """,
                "an order that has a purchase or was merged before can't be merged"
            ),
            Guard(
                "orders_stay_known", "BEFORE UPDATE OF unknown, seen_at, hint ON orders", when: "NOT OLD.unknown",
                "the order of a recorded purchase can't become unknown again"
            ),
            Guard(
                "order_names_stay", "BEFORE DELETE ON order_names",
                when: "EXISTS (SELECT 1 FROM purchases WHERE order_id = OLD.order_id)",
                "the names of an order with a purchase can't be deleted"
            ),
            Guard(
                "facts_stay", "BEFORE DELETE ON facts",
                when: """
                    EXISTS (
                        SELECT 1 FROM orders JOIN purchases ON purchases.order_id = coalesce(merged_into, orders.id)
                        WHERE orders.id = OLD.order_id)
                    """,
                "the facts about a purchase can't be deleted"
            ),
            Guard("facts_keep", "BEFORE UPDATE ON facts", "a fact can't change"),
            Guard(
                "facts_of_orders", "BEFORE INSERT ON facts",
                when: "(SELECT merged_into FROM orders WHERE id = NEW.order_id) IS NOT NULL",
                "an order that was merged into another can't get facts"
            ),
            Guard(
                "inbox_stays", "BEFORE DELETE ON inbox", when: "OLD.state <> 'not ours'",
                "only events in the state \"not ours\" can be deleted"
            ),
            Guard(
                "inbox_done_stays_done", "BEFORE UPDATE OF state ON inbox",
                when: "OLD.state = 'done' AND NEW.state <> 'done'", "an event that is done can't get another state"
            ),
            Guard(
                "billing_stays_forgotten", "BEFORE UPDATE ON billing", when: "OLD.forgotten_at IS NOT NULL",
                "deleted payer details can't be stored again"
            ),
        ].map(\.text).joined()

    private static let addingUp = """
        CREATE FUNCTION purchase_entries_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE purchases SET position = position + (
                SELECT iif(kind = 'expire', 0, credits - debt) FROM journal WHERE id = NEW.entry)
            WHERE id = NEW.purchase_id;
            RETURN NULL;
        END $$;

        CREATE TRIGGER purchase_entries_add_up AFTER INSERT ON purchase_entries
            FOR EACH ROW EXECUTE FUNCTION purchase_entries_add_up();

        """
}
#endif
