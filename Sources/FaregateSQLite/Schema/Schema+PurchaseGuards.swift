extension Schema {
    /// The triggers that keep a purchase's grants equal to its net position: every credit granted or taken for it
    /// has a journal line, and its position is the sum of these lines, between 0 and the credits sold.
    static let version5PurchaseGuards = """
        CREATE TRIGGER purchase_entries_fit BEFORE INSERT ON purchase_entries
            WHEN NOT EXISTS (
                SELECT 1 FROM journal JOIN purchases ON purchases.account_id = journal.account_id
                WHERE journal.id = NEW.entry AND purchases.id = NEW.purchase_id AND journal.charge_id IS NULL
                    AND journal.kind IN ('grant', 'reverse', 'debt', 'expire'))
        BEGIN
            SELECT RAISE(
                ABORT, 'faregate:a purchase can only have grants, reversals, debts and expiries of its own account');
        END;

        CREATE TRIGGER purchase_entries_add_up AFTER INSERT ON purchase_entries
        BEGIN
            UPDATE purchases SET position = position + (
                SELECT iif(kind = 'expire', 0, credits - debt) FROM journal WHERE id = NEW.entry)
            WHERE id = NEW.purchase_id;
        END;

        CREATE TRIGGER purchases_add_up BEFORE UPDATE OF position ON purchases
            WHEN NEW.position <> (
                SELECT coalesce(sum(iif(kind = 'expire', 0, credits - debt)), 0)
                FROM purchase_entries JOIN journal ON journal.id = entry WHERE purchase_id = OLD.id)
        BEGIN SELECT RAISE(ABORT, 'faregate:the position of a purchase must be the sum of its journal lines'); END;

        CREATE TRIGGER purchase_entries_stay BEFORE DELETE ON purchase_entries
        BEGIN SELECT RAISE(ABORT, 'faregate:the entries of a purchase cannot be deleted'); END;

        CREATE TRIGGER purchase_entries_keep BEFORE UPDATE ON purchase_entries
        BEGIN SELECT RAISE(ABORT, 'faregate:the entries of a purchase cannot change'); END;

        CREATE TRIGGER purchases_keep_their_worth
            BEFORE UPDATE OF id, name, order_id, provider, account_id, pack, product, quantity, credits, price_minor,
                currency, lifetime_ms, actions, policy_version, request_key, allows_discounts, opened_at ON purchases
        BEGIN SELECT RAISE(ABORT, 'faregate:the account, pack, price and credits of a purchase cannot change'); END;

        CREATE TRIGGER purchases_keep_their_checkout BEFORE UPDATE OF checkout ON purchases
            WHEN OLD.checkout IS NOT NULL AND NEW.checkout IS NOT OLD.checkout
        BEGIN SELECT RAISE(ABORT, 'faregate:the checkout of a purchase cannot change'); END;

        -- Housekeeping deletes old unpaid purchases, and then their orders and facts.
        CREATE TRIGGER purchases_stay BEFORE DELETE ON purchases
            WHEN NOT OLD.unpaid OR EXISTS (SELECT 1 FROM purchase_entries WHERE purchase_id = OLD.id)
                OR EXISTS (
                    SELECT 1 FROM facts
                    WHERE order_id = OLD.order_id
                        AND json_extract(fact, '$.fact') NOT IN ('opened', 'expired', 'failed'))
        BEGIN SELECT RAISE(ABORT, 'faregate:a purchase with a payment cannot be deleted'); END;

        -- An order without a purchase can be deleted, and so can the orders that were merged into it.
        CREATE TRIGGER orders_stay BEFORE DELETE ON orders
            WHEN EXISTS (SELECT 1 FROM purchases WHERE order_id = coalesce(OLD.merged_into, OLD.id))
        BEGIN SELECT RAISE(ABORT, 'faregate:the order of a purchase cannot be deleted'); END;

        -- When order B is merged into C, the orders merged into B are merged into C too.
        CREATE TRIGGER orders_merge_once BEFORE UPDATE OF id, provider, merged_into ON orders
            WHEN OLD.merged_into IS NOT NULL
                    AND NEW.merged_into IS NOT (SELECT merged_into FROM orders WHERE id = OLD.merged_into)
                OR EXISTS (SELECT 1 FROM purchases WHERE order_id = OLD.id)
        BEGIN SELECT RAISE(ABORT, 'faregate:an order that has a purchase or was merged before cannot be merged'); END;

        CREATE TRIGGER orders_stay_known BEFORE UPDATE OF unknown, seen_at, hint ON orders
            WHEN NOT OLD.unknown
        BEGIN SELECT RAISE(ABORT, 'faregate:the order of a recorded purchase cannot become unknown again'); END;

        CREATE TRIGGER order_names_stay BEFORE DELETE ON order_names
            WHEN EXISTS (SELECT 1 FROM purchases WHERE order_id = OLD.order_id)
        BEGIN SELECT RAISE(ABORT, 'faregate:the names of an order with a purchase cannot be deleted'); END;

        CREATE TRIGGER facts_stay BEFORE DELETE ON facts
            WHEN EXISTS (
                SELECT 1 FROM orders JOIN purchases ON purchases.order_id = coalesce(merged_into, orders.id)
                WHERE orders.id = OLD.order_id)
        BEGIN SELECT RAISE(ABORT, 'faregate:the facts about a purchase cannot be deleted'); END;

        CREATE TRIGGER facts_keep BEFORE UPDATE ON facts
        BEGIN SELECT RAISE(ABORT, 'faregate:a fact cannot change'); END;

        CREATE TRIGGER facts_of_orders BEFORE INSERT ON facts
            WHEN (SELECT merged_into FROM orders WHERE id = NEW.order_id) IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'faregate:an order that was merged into another cannot get facts'); END;

        CREATE TRIGGER inbox_stays BEFORE DELETE ON inbox
            WHEN OLD.state <> 'not ours'
        BEGIN SELECT RAISE(ABORT, 'faregate:only events in the state "not ours" can be deleted'); END;

        CREATE TRIGGER inbox_done_stays_done BEFORE UPDATE OF state ON inbox
            WHEN OLD.state = 'done' AND NEW.state <> 'done'
        BEGIN SELECT RAISE(ABORT, 'faregate:an event that is done cannot get another state'); END;

        CREATE TRIGGER billing_stays_forgotten BEFORE UPDATE ON billing
            WHEN OLD.forgotten_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'faregate:deleted payer details cannot be stored again'); END;

        """
}
