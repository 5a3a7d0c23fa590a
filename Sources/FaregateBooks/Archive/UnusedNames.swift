/// Rows without a charge that refers to them.
package struct UnusedNames: Sendable {
    let members: [Int64]
    let prices: [Int64]
}

extension SQLConnection {
    /// Reads all remaining charges.
    package func unusedNames() throws(SQLError) -> UnusedNames {
        UnusedNames(
            members: try rows(
                """
                SELECT id FROM members
                WHERE id NOT IN (SELECT member_id FROM charges WHERE member_id IS NOT NULL)
                    AND id NOT IN (SELECT member_id FROM counters)
                """
            ) { $0.integer(0) },
            prices: try rows("SELECT id FROM prices WHERE id NOT IN (SELECT price_id FROM charges)") { $0.integer(0) }
        )
    }
}

extension Books {
    /// The number of the latest charge. Read it in a write of ``WriteSubject/everything``: then no charge is being made
    /// meanwhile, and all later charges have larger numbers.
    package func latestCharge() throws(SQLError) -> Int64 {
        try database.integer("SELECT max(id) FROM charges") ?? 0
    }

    /// Deletes members and prices without a charge. Other processes that have cached their numbers look them up again:
    /// see `ledger.generation`.
    ///
    /// - Parameters:
    ///   - unused: read after ``latestCharge()``.
    ///   - charge: what ``latestCharge()`` returned.
    package func drop(_ unused: UnusedNames, notUsedAfter charge: Int64) throws(SQLError) {
        guard !unused.members.isEmpty || !unused.prices.isEmpty else { return }
        try database.run(
            """
            DELETE FROM members WHERE id IN (\(Books.listed))
                AND id NOT IN (SELECT member_id FROM charges WHERE id > ?2 AND member_id IS NOT NULL)
                AND id NOT IN (SELECT member_id FROM counters WHERE counters.account_id = members.account_id)
            """,
            json(unused.members), charge
        )
        try database.run(
            """
            DELETE FROM prices WHERE id IN (\(Books.listed)) AND id NOT IN (SELECT price_id FROM charges WHERE id > ?2)
            """,
            json(unused.prices), charge
        )
        try database.run("UPDATE ledger SET generation = generation + 1")
        forget()
    }
}
