import Faregate
import FaregateBooks

/// Rows without a charge that refers to them, and the latest charge when they were found.
struct UnusedNames: Sendable {
    let members: [Int64]
    let prices: [Int64]
    let latestCharge: Int64
}

extension Database {
    /// Reads all remaining charges.
    func unusedNames() throws(SQLError) -> UnusedNames {
        UnusedNames(
            members: try rows(
                """
                SELECT id FROM members
                WHERE id NOT IN (SELECT member_id FROM charges WHERE member_id IS NOT NULL)
                    AND id NOT IN (SELECT member_id FROM counters)
                """
            ) { $0.integer(0) },
            prices: try rows("SELECT id FROM prices WHERE id NOT IN (SELECT price_id FROM charges)") { $0.integer(0) },
            latestCharge: try integer("SELECT max(id) FROM charges") ?? 0
        )
    }
}

extension Books {
    /// The charges that a step removes: a few milliseconds of the writer's time.
    static let archivingStep: Int64 = 200

    /// Removes archived charges, and leaves one journal line for each grant that paid them.
    ///
    /// - Parameter lines: all journal lines of these charges.
    func remove(
        _ charges: [Int64], _ lines: [Int64], closedBefore moment: Timestamp, at now: Timestamp
    ) throws(SQLError) {
        let (charges, list) = (json(charges), json(lines))
        try database.run("INSERT INTO archiving SELECT value FROM json_each(?1)", charges)
        try sumUp(list, at: now)
        try unlink(list)
        let removed = try database.run("DELETE FROM journal WHERE id IN (SELECT value FROM json_each(?1))", list)
        guard removed == lines.count else { throw .inconsistent("the archive has other lines than the journal") }
        try database.run("DELETE FROM charge_grants WHERE charge_id IN (SELECT charge_id FROM archiving)")
        try database.run("DELETE FROM keys WHERE charge_id IN (SELECT charge_id FROM archiving)")
        try database.run("DELETE FROM charges WHERE id IN (SELECT charge_id FROM archiving)")
        try database.run("DELETE FROM archiving")
        try database.run("UPDATE ledger SET archived_before = max(archived_before, ?1)", moment)
    }

    /// Records, for each run of removed lines, the older line at which the account's history continues.
    private func unlink(_ lines: String?) throws(SQLError) {
        let removed = try database.rows(
            """
            SELECT id, previous FROM journal WHERE id IN (SELECT value FROM json_each(?1)) AND kind <> 'settle'
            ORDER BY id
            """,
            lines
        ) { (line: $0.integer(0), previous: $0.optionalInteger(1)) }
        for (line, previous) in removed {
            try database.run(
                """
                INSERT INTO archived_lines (line, kept)
                VALUES (?1, iif(?2 IN (SELECT line FROM archived_lines),
                    (SELECT kept FROM archived_lines WHERE line = ?2), ?2))
                """,
                line, previous
            )
            try database.run("DELETE FROM archived_lines WHERE line = ?1", previous)
        }
    }

    /// Adds the credits that these lines took from each grant to the grant's line for archived charges.
    private func sumUp(_ lines: String?, at now: Timestamp) throws(SQLError) {
        let sums = try database.rows(
            """
            SELECT grants.id, grants.account_id, sum(credits), archived_entry
            FROM journal JOIN grants ON grants.id = journal.grant_id
            WHERE journal.id IN (SELECT value FROM json_each(?1)) AND kind <> 'settle'
            GROUP BY grants.id HAVING sum(credits) <> 0
            """,
            lines
        ) { (grant: $0.integer(0), account: $0.integer(1), credits: $0.integer(2), line: $0.optionalInteger(3)) }
        for (grant, account, credits, line) in sums {
            if let line {
                try database.run("UPDATE journal SET credits = credits + ?2 WHERE id = ?1", line, credits)
            } else {
                let entry = Entry(kind: .archive, account: account, credits: credits, grant: grant, at: now)
                try database.run("UPDATE grants SET archived_entry = ?2 WHERE id = ?1", grant, try append(entry))
            }
        }
    }

    /// Deletes members and prices without a charge. Other processes that have cached their
    /// numbers look them up again: see `ledger.generation`.
    func drop(_ unused: UnusedNames) throws(SQLError) {
        guard !unused.members.isEmpty || !unused.prices.isEmpty else { return }
        try database.run(
            """
            DELETE FROM members WHERE id IN (SELECT value FROM json_each(?1))
                AND id NOT IN (SELECT member_id FROM charges WHERE id > ?2 AND member_id IS NOT NULL)
                AND id NOT IN (SELECT member_id FROM counters WHERE counters.account_id = members.account_id)
            """,
            json(unused.members), unused.latestCharge
        )
        try database.run(
            """
            DELETE FROM prices WHERE id IN (SELECT value FROM json_each(?1))
                AND id NOT IN (SELECT price_id FROM charges WHERE id > ?2)
            """,
            json(unused.prices), unused.latestCharge
        )
        try database.run("UPDATE ledger SET generation = generation + 1")
        forget()
    }
}
