/// The rule for which grants can pay for a call, in SQL that both databases share.
package enum PayersView {
    package static let sql = """
        -- The grants that can pay for a call at a price. They are spent in the order is_general, priority, expires_at,
        -- position, id.
        CREATE VIEW payers (price_id, account_id, id, remaining, is_general, priority, expires_at, position) AS
            SELECT prices.id, grants.account_id, grants.id, grants.remaining, grants.is_general, grants.priority,
                grants.expires_at, grants.position
            FROM prices JOIN grants ON NOT grants.spent
                AND (grants.is_general
                    OR EXISTS (
                        SELECT 1 FROM json_each(grants.actions) AS action
                        WHERE action.value IN (SELECT name.value FROM json_each(prices.names) AS name)));
        """
}
