package import Faregate

extension Books {
    /// Repairs the differences of an audit whose right values can be recomputed from other rows, all of them in this
    /// transaction.
    ///
    /// - Returns: the number of repaired differences.
    package func repair(_ differences: [Ledger.AuditDifference], at now: Timestamp) throws(SQLError) -> Int {
        let facts = Set(differences.compactMap(\.fact))
        guard !facts.isEmpty else { return 0 }
        try lockAccounts(of: facts)
        let repaired = try repair(facts, at: now)
        return differences.count { $0.fact.map(repaired.contains) ?? false }
    }

    /// Locks the accounts of the rows, in the order of their ids, so that no call changes a row while it is repaired.
    private func lockAccounts(of facts: Set<DerivedFact>) throws(SQLError) {
        var accounts = Set(facts.numbers(of: .account) + facts.numbers(of: .counter))
        for (table, name) in [(DerivedFact.Table.grant, "grants"), (.purchase, "purchases")] {
            accounts.formUnion(
                try database.rows(
                    "SELECT account_id FROM \(name) WHERE id IN (\(Books.listed))", json(facts.numbers(of: table))
                ) { $0.integer(0) }
            )
        }
        for account in accounts.sorted() where account != 0 { try database.lock(.account(account)) }
        for limit in facts.filter({ $0.table == .counter && $0.key.first == 0 }).compactMap(\.key.last).sorted() {
            try database.lock(.counter(Counter(account: 0, member: 0, limit: limit)))
        }
    }

    /// - Returns: the repaired rows.
    private func repair(_ facts: Set<DerivedFact>, at now: Timestamp) throws(SQLError) -> Set<DerivedFact> {
        var repaired: Set<DerivedFact> = []
        for figures in try figures(of: .grant, in: facts)
        where try unlessForbidden({ () throws(SQLError) in try setGrant(figures) }) {
            repaired.insert(DerivedFact(table: .grant, key: [figures[0]]))
        }
        for figures in try figures(of: .account, in: facts)
        where try unlessForbidden({ () throws(SQLError) in try setAccount(figures) }) {
            repaired.insert(DerivedFact(table: .account, key: [figures[0]]))
        }
        for fact in facts where fact.table == .counter && fact.key.count == 3 {
            if try unlessForbidden({ () throws(SQLError) in try setCounter(fact.key) }) { repaired.insert(fact) }
        }
        // Purchases last: they depend on the repaired grants.
        for number in facts.numbers(of: .purchase)
        where try unlessForbidden({ () throws(SQLError) in try setPurchase(number, at: now) }) {
            repaired.insert(DerivedFact(table: .purchase, key: [number]))
        }
        return repaired
    }

    /// The journal's sums for all grants or accounts with a wrong value, by number. The journal is read once.
    private func figures(of table: DerivedFact.Table, in facts: Set<DerivedFact>) throws(SQLError) -> [[Int64]] {
        let numbers = facts.numbers(of: table)
        guard !numbers.isEmpty else { return [] }
        let columns = table == .grant ? 5 : 3
        return try database.rows(
            table == .grant ? Books.grantFigures : Books.accountFigures, json(numbers)
        ) { row in (0..<columns).map { row.integer($0) } }
    }

    /// The numbers of a list that is given as JSON.
    static let listed = "SELECT CAST(value AS bigint) FROM json_each(?1)"

    /// Number, remaining, taken, expired, reversed.
    private static let grantFigures = """
        SELECT grant_id, sum(credits),
            -sum(iif(kind IN ('charge', 'refund', 'repay', 'archive'), credits, 0)),
            -sum(iif(kind = 'expire', credits, 0)), -sum(iif(kind = 'reverse', credits, 0))
        FROM journal WHERE grant_id IN (\(listed)) GROUP BY grant_id
        """

    /// Number, debt, latest line.
    private static let accountFigures = """
        SELECT account_id, sum(debt), coalesce(max(latest), 0)
        FROM (
            SELECT account_id, debt, iif(kind <> 'settle', id, NULL) AS latest FROM journal
            WHERE account_id IN (\(listed))
            UNION ALL
            SELECT CAST(value AS bigint), 0, NULL FROM json_each(?1)) AS line
        GROUP BY account_id
        """

    /// - Returns: whether the row was different before.
    private func setGrant(_ figures: [Int64]) throws(SQLError) -> Bool {
        let isSet =
            try database.run(
                """
                UPDATE grants SET remaining = ?2, taken = ?3, expired = ?4, reversed = ?5, spent = (?2 = 0)
                WHERE id = ?1 AND (remaining, taken, expired, reversed, spent) IS DISTINCT FROM (?2, ?3, ?4, ?5, ?2 = 0)
                """,
                figures[0], figures[1], figures[2], figures[3], figures[4]
            ) == 1
        try database.run(
            "UPDATE accounts SET due_at = 0 WHERE id = (SELECT account_id FROM grants WHERE id = ?1)", figures[0]
        )
        return isSet
    }

    /// Sets the account due (`due_at = 0`), so that the next charge refreshes it, which computes the next due time.
    private func setAccount(_ figures: [Int64]) throws(SQLError) -> Bool {
        try database.run(
            "UPDATE accounts SET debt = ?2, last_entry = nullif(?3, 0), due_at = 0 WHERE id = ?1",
            figures[0], figures[1], figures[2]
        ) == 1
    }

    private func setCounter(_ key: [Int64]) throws(SQLError) -> Bool {
        try database.run(
            """
            UPDATE counters SET used = (
                SELECT coalesce(sum(amount), 0) FROM counter_hits
                WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3)
            WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3 AND window_ms IS NOT NULL
            """,
            key[0], key[1], key[2]
        ) == 1
    }

    private func setPurchase(_ number: Int64, at now: Timestamp) throws(SQLError) -> Bool {
        try database.run(
            """
            UPDATE purchases SET position = (
                SELECT coalesce(sum(iif(kind = 'expire', 0, credits - debt)), 0)
                FROM purchase_entries JOIN journal ON journal.id = entry WHERE purchase_id = ?1)
            WHERE id = ?1
            """,
            number
        )
        guard let recorded = try database.purchases("WHERE purchases.id = ?1", number).first else { return false }
        let facts = try database.facts(of: recorded.order).map(\.fact)
        let position = Purchase.Position(of: recorded.purchase, given: facts)
        _ = try apply(recorded, to: position, isUnpaid: facts.allSatisfy(\.isOfUnpaid), at: now)
        return true
    }

    /// - Returns: what the body returns; false if the schema forbids the change.
    private func unlessForbidden(_ body: () throws(SQLError) -> Bool) throws(SQLError) -> Bool {
        do throws(SQLError) {
            return try savepoint(body)
        } catch {
            guard database.ledgerError(for: error).code == .forbidden else { throw error }
            return false
        }
    }
}

extension Set<DerivedFact> {
    fileprivate func numbers(of table: DerivedFact.Table) -> [Int64] {
        filter { $0.table == table }.compactMap(\.key.first).sorted()
    }
}
