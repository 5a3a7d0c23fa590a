package import Faregate

/// What the ledger has and a policy may lack. Each reads whole tables, while calls go on.
extension SQLLedger {
    /// The plans that accounts are on, except the known ones, sorted by name.
    package func plansInUse(besides known: Set<String>) async throws(LedgerError) -> [Ledger.PlanUse] {
        try await readWhole { database throws(SQLError) in try database.plansInUse(besides: known) }
    }

    /// The number of open calls of each action, except the known ones, sorted by name.
    package func openCalls(besides known: Set<String>) async throws(LedgerError) -> [Ledger.OpenCallCount] {
        try await readWhole { database throws(SQLError) in try database.openCalls(besides: known) }
    }

    /// The remaining credits that pay for none of the known actions, by what they pay for.
    package func strandedCredits(
        besides known: Set<String>, at now: Timestamp
    ) async throws(LedgerError) -> [Ledger.StrandedCredits] {
        try await readWhole { database throws(SQLError) in try database.strandedCredits(besides: known, at: now) }
    }
}

extension SQLConnection {
    fileprivate func plansInUse(besides known: Set<String>) throws(SQLError) -> [Ledger.PlanUse] {
        let rows = try rows(
            """
            SELECT plan, name, total
            FROM (
                SELECT plan, name, count(*) OVER (PARTITION BY plan) AS total,
                    row_number() OVER (PARTITION BY plan ORDER BY id) AS place
                FROM accounts WHERE plan NOT IN (SELECT value FROM json_each(?1))) AS users
            WHERE place <= 3 ORDER BY plan, place
            """,
            json(known.sorted())
        ) { row throws(SQLError) in
            Ledger.PlanUse(
                plan: row.text(0), accounts: row.integer(2), examples: [try AccountID(stored: row.text(1))])
        }
        return rows.reduce(into: []) { plans, row in
            if let last = plans.last, ExactText(last.plan) == ExactText(row.plan) {
                plans[plans.count - 1] = Ledger.PlanUse(
                    plan: last.plan, accounts: last.accounts, examples: last.examples + row.examples)
            } else {
                plans.append(row)
            }
        }
    }

    fileprivate func openCalls(besides known: Set<String>) throws(SQLError) -> [Ledger.OpenCallCount] {
        try rows(
            """
            SELECT prices.action, count(*)
            FROM open_holders CROSS JOIN charges INDEXED BY charges_open
                ON charges.holder_id = open_holders.id AND charges.state = 0
                JOIN prices ON prices.id = charges.price_id
            WHERE prices.action NOT IN (SELECT value FROM json_each(?1))
            GROUP BY prices.action ORDER BY prices.action
            """,
            json(known.sorted())
        ) { Ledger.OpenCallCount(action: $0.text(0), calls: $0.integer(1)) }
    }

    fileprivate func strandedCredits(
        besides known: Set<String>, at now: Timestamp
    ) throws(SQLError) -> [Ledger.StrandedCredits] {
        try rows(
            """
            SELECT actions, credits, holders, accounts.name
            FROM (
                SELECT actions, CAST(sum(remaining) AS bigint) AS credits, count(DISTINCT account_id) AS holders,
                    min(account_id) AS first
                FROM grants
                WHERE NOT is_general AND NOT spent AND expires_at > ?2 AND NOT EXISTS (
                    SELECT 1 FROM json_each(actions) AS action
                    WHERE action.value IN (SELECT known.value FROM json_each(?1) AS known))
                GROUP BY actions) AS stranded
                JOIN accounts ON accounts.id = stranded.first
            ORDER BY actions
            """,
            json(known.sorted()), now
        ) { row throws(SQLError) in
            Ledger.StrandedCredits(
                actions: try row.actions(0) ?? [], credits: try row.credits(1), accounts: row.integer(2),
                example: try AccountID(stored: row.text(3)))
        }
    }
}
