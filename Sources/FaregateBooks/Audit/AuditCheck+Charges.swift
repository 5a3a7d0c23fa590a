extension AuditCheck {
    /// The hold, the cost and the debt of each charge.
    package static let charges = AuditCheck(
        step: "charges",
        sql: """
            WITH book AS MATERIALIZED (
                SELECT \(AuditName.charge("line.charge_id")) AS name, iif(state = 0, cost, 0) AS held,
                    line.held AS all_held, line.paid AS all_paid, line.debt AS all_debt,
                    first_account, last_account, first_grant, last_grant, charges.*
                FROM (
                    SELECT charge_id, sum(held) AS held, sum(debt) AS debt,
                        -sum(iif(kind = 'charge' OR kind = 'refund', credits, 0)) AS paid,
                        min(account_id) AS first_account, max(account_id) AS last_account,
                        min(grant_id) AS first_grant, max(grant_id) AS last_grant
                    FROM journal WHERE charge_id IS NOT NULL GROUP BY charge_id) AS line
                    LEFT JOIN charges ON charges.id = line.charge_id
                WHERE charges.id IS NULL
                    OR line.held <> iif(state = 0, cost, 0) OR line.paid <> cost OR line.debt <> charges.debt
                    OR first_account <> account_id OR last_account <> account_id
                    OR grant_id IS NOT NULL AND (first_grant IS DISTINCT FROM grant_id OR last_grant IS DISTINCT FROM grant_id))
            SELECT 'record', name, 'a charge', 'missing', NULL, NULL FROM book WHERE id IS NULL
            UNION ALL
            SELECT 'held', name, \(text("all_held")), \(text("held")), NULL, NULL FROM book WHERE all_held <> held
            UNION ALL
            SELECT 'cost', name, \(text("all_paid")), \(text("cost")), NULL, NULL FROM book WHERE all_paid <> cost
            UNION ALL
            SELECT 'debt', name, \(text("all_debt")), \(text("debt")), NULL, NULL FROM book WHERE all_debt <> debt
            UNION ALL
            SELECT 'account of its entries', name, \(AuditName.account("book.account_id")),
                \(AuditName.account("iif(first_account <> book.account_id, first_account, last_account)")), NULL, NULL
            FROM book WHERE first_account <> account_id OR last_account <> account_id
            UNION ALL
            SELECT 'grant of its entries', name, \(AuditName.grant("book.grant_id")),
                coalesce(\(AuditName.grant("iif(first_grant <> book.grant_id, first_grant, last_grant)")), 'none'), NULL, NULL
            FROM book WHERE grant_id IS NOT NULL AND (first_grant IS DISTINCT FROM grant_id OR last_grant IS DISTINCT FROM grant_id)
            """
    )

    /// Every charge has a journal line, including free charges and charges of an account without credits.
    package static let chargesWithoutEntries = AuditCheck(
        step: "entries of charges",
        sql: """
            SELECT 'number of journal lines', \(AuditName.charge("charges.id")), 'at least 1', '0', NULL, NULL
            FROM (SELECT id FROM charges EXCEPT SELECT charge_id FROM journal) AS charges
            """
    )

    /// The credits that each grant pays for a charge, if several grants pay it.
    package static let payments = AuditCheck(
        step: "payments",
        sql: """
            SELECT 'paid by ' || \(AuditName.grant("payment.grant_id")), \(AuditName.charge("payment.charge_id")),
                \(text("sum(taken)")), \(text("sum(said)")), NULL, NULL
            FROM (
                SELECT charge_id, grant_id, -credits AS taken, 0 AS said FROM journal
                WHERE (kind = 'charge' OR kind = 'refund') AND grant_id IS NOT NULL
                    AND (SELECT grant_id IS NULL FROM charges WHERE charges.id = journal.charge_id)
                UNION ALL
                SELECT charge_id, grant_id, 0, credits FROM charge_grants) AS payment
            GROUP BY charge_id, grant_id HAVING sum(taken) <> sum(said)
            """
    )

    /// References of charges that are not declared as foreign keys.
    static let references = AuditCheck(
        step: "references of charges",
        sql: """
            WITH book AS MATERIALIZED (
                SELECT charges.*, \(AuditName.charge("charges.id")) AS name, accounts.id AS account, prices.id AS price, holders.id AS holder,
                    grants.account_id AS payer, members.account_id AS members_account,
                    successors.abandoned, before.id AS before
                FROM charges
                    LEFT JOIN accounts ON accounts.id = charges.account_id
                    LEFT JOIN prices ON prices.id = charges.price_id
                    LEFT JOIN holders ON holders.id = charges.holder_id AND charges.state = 0
                    LEFT JOIN grants ON grants.id = charges.grant_id
                    LEFT JOIN members ON members.id = charges.member_id
                    LEFT JOIN successors ON successors.charge_id = charges.id
                    LEFT JOIN charges AS before ON before.id = successors.abandoned
                WHERE accounts.id IS NULL OR prices.id IS NULL
                    OR charges.state = 0 AND holders.id IS NULL
                    OR charges.grant_id IS NOT NULL AND grants.account_id IS DISTINCT FROM charges.account_id
                    OR charges.member_id IS NOT NULL AND members.account_id IS DISTINCT FROM charges.account_id
                    OR successors.abandoned IS NOT NULL AND before.id IS NULL)
            SELECT 'account', name, 'a recorded account', 'missing (number ' || account_id || ')', NULL, NULL
            FROM book WHERE account IS NULL
            UNION ALL
            SELECT 'price', name, 'a recorded price', 'missing (number ' || price_id || ')', NULL, NULL
            FROM book WHERE price IS NULL
            UNION ALL
            SELECT 'holder', name, 'a recorded process', 'missing', NULL, NULL
            FROM book WHERE state = 0 AND holder IS NULL
            UNION ALL
            SELECT 'grant', name, 'a grant of ' || \(AuditName.account("book.account_id")),
                \(AuditName.grant("book.grant_id")), NULL, NULL
            FROM book WHERE grant_id IS NOT NULL AND payer IS DISTINCT FROM account_id
            UNION ALL
            SELECT 'member', name, 'a member of ' || \(AuditName.account("book.account_id")),
                'number ' || member_id, NULL, NULL
            FROM book WHERE member_id IS NOT NULL AND members_account IS DISTINCT FROM account_id
            UNION ALL
            SELECT 'replaced charge', name, 'a recorded charge', 'missing (number ' || abandoned || ')', NULL, NULL
            FROM book WHERE abandoned IS NOT NULL AND before IS NULL
            UNION ALL
            SELECT 'replacement', 'charge ' || abandoned, 'a recorded charge', 'missing (number ' || charge_id || ')',
                NULL, NULL
            FROM successors WHERE NOT EXISTS (SELECT 1 FROM charges WHERE charges.id = successors.charge_id)
            """
    )

    /// Credits limited to some actions paid for these only.
    static let purposes = AuditCheck(
        step: "actions of payments",
        sql: """
            SELECT 'paid by ' || \(AuditName.grant("payment.grant_id")), \(AuditName.charge("payment.charge_id")),
                'credits for ' || prices.action, 'credits for ' || grants.actions, NULL, NULL
            FROM (
                SELECT id AS charge_id, grant_id, price_id FROM charges WHERE grant_id IS NOT NULL
                UNION ALL
                SELECT charge_id, charge_grants.grant_id, price_id
                FROM charge_grants JOIN charges ON charges.id = charge_id
            ) AS payment
                JOIN grants ON grants.id = payment.grant_id
                JOIN prices ON prices.id = payment.price_id
            WHERE NOT grants.is_general
                AND NOT EXISTS (
                    SELECT 1 FROM json_each(grants.actions) AS action
                    WHERE action.value IN (SELECT name.value FROM json_each(prices.names) AS name))
            """
    )

    static let keys = AuditCheck(
        step: "keys",
        sql: """
            SELECT 'charge', 'key "' || keys.key || '" of ' || \(AuditName.account("keys.account_id")) || ' for ' || keys.action,
                'a charge of the account',
                iif(charges.id IS NULL, 'missing (number ' || keys.charge_id || ')', \(AuditName.charge("charges.id"))),
                NULL, NULL
            FROM keys LEFT JOIN charges ON charges.id = keys.charge_id
            WHERE charges.account_id IS DISTINCT FROM keys.account_id
            """
    )
}
