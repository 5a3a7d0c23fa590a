extension RawDatabase {
    /// Finds credits that were lost or created. Empty if the charges' costs and the paid debts add up to what the
    /// grants paid, every charge ended as its journal says, and the open charges add up to the held credits.
    package func leaks() throws -> [[String]] {
        try rows(
            """
            SELECT 'taken of account ' || id,
                (SELECT coalesce(sum(taken), 0) FROM grants WHERE account_id = accounts.id) AS taken,
                (SELECT coalesce(sum(cost), 0) FROM charges WHERE account_id = accounts.id AND state <> 2)
                    + (SELECT coalesce(-sum(credits), 0) FROM journal
                        WHERE account_id = accounts.id AND kind = 'repay') AS explained
            FROM accounts WHERE taken <> explained
            UNION ALL
            SELECT 'journal of charge ' || charges.id, iif(state = 0, cost, 0), coalesce(sum(held), 0)
            FROM charges LEFT JOIN journal ON journal.charge_id = charges.id
            GROUP BY charges.id HAVING iif(state = 0, cost, 0) <> coalesce(sum(held), 0)
            UNION ALL
            SELECT 'cost of charge ' || charges.id, cost, coalesce(-sum(credits), 0)
            FROM charges LEFT JOIN journal ON journal.charge_id = charges.id
            GROUP BY charges.id HAVING cost <> coalesce(-sum(credits), 0)
            UNION ALL
            SELECT 'debt of account ' || id, debt, (SELECT coalesce(sum(debt), 0) FROM journal WHERE account_id = accounts.id)
            FROM accounts WHERE debt <> (SELECT coalesce(sum(debt), 0) FROM journal WHERE account_id = accounts.id)
            """
        )
    }
}
