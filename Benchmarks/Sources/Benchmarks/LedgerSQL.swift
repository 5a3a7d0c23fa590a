/// All that the benchmark knows of the ledger's schema, to look at a file without the library. Whoever changes the
/// schema changes this: everything else goes through the library's API.
enum LedgerSQL {
    /// What an account can spend, by its name: as short as it can be.
    static let spendable = """
        SELECT coalesce(sum(remaining), 0) FROM grants
        WHERE account_id = (SELECT id FROM accounts WHERE name = ?) AND NOT spent
        """

    /// The columns from which the library makes a balance.
    static let balance = """
        SELECT accounts.plan, accounts.suspended_at, accounts.due_at, accounts.debt,
            (SELECT coalesce(sum(cost), 0) FROM open_holders CROSS JOIN charges INDEXED BY charges_open
                ON charges.holder_id = open_holders.id AND charges.account_id = accounts.id AND charges.state = 0),
            source, expires_at, granted, remaining, taken, expired, reversed
        FROM accounts LEFT JOIN grants ON grants.account_id = accounts.id
        WHERE accounts.name = ?
        """

    /// What was spent of all grants, and what is held of them.
    static let sums = """
        SELECT sum(taken) - held, held
        FROM grants, (SELECT coalesce(sum(cost), 0) AS held FROM charges WHERE state = 0)
        """
}
