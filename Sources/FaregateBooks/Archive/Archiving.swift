package import Faregate

extension Books {
    /// The charges that a step removes: a few milliseconds of the writer's time.
    package static let archivingStep = 200

    /// Removes archived charges, and leaves one journal line for each grant that paid them.
    ///
    /// - Parameters:
    ///   - charges: their numbers. Charges that another process has removed meanwhile are left out.
    ///   - lines: the numbers of their journal lines in the archive, by charge.
    ///   - moment: the charges were closed before it.
    ///   - now: the time of new journal lines.
    /// - Returns: the number of removed charges.
    package func remove(
        _ charges: [Int64], _ lines: [Int64: [Int64]], closedBefore moment: Timestamp, at now: Timestamp
    ) throws(SQLError) -> Int {
        let accounts = try database.rows(
            "SELECT DISTINCT account_id FROM charges WHERE id IN (\(Books.listed)) ORDER BY account_id", json(charges)
        ) { $0.integer(0) }
        for account in accounts { try database.lock(.account(account)) }
        let present = try database.rows(
            "SELECT id FROM charges WHERE id IN (\(Books.listed)) ORDER BY id", json(charges)
        ) { $0.integer(0) }
        let list = present.flatMap { lines[$0] ?? [] }
        try database.run("INSERT INTO archiving \(Books.listed)", json(present))
        try sumUp(json(list), at: now)
        try unlink(list)
        let removed = try database.run("DELETE FROM journal WHERE id IN (\(Books.listed))", json(list))
        guard removed == list.count else { throw .inconsistent("the archive's lines differ from the journal's") }
        try database.run("DELETE FROM charge_grants WHERE charge_id IN (SELECT charge_id FROM archiving)")
        try database.run("DELETE FROM keys WHERE charge_id IN (SELECT charge_id FROM archiving)")
        try database.run("DELETE FROM charges WHERE id IN (SELECT charge_id FROM archiving)")
        try database.run("DELETE FROM archiving")
        try database.run("UPDATE ledger SET archived_before = ?1 WHERE archived_before < ?1", moment)
        return present.count
    }

    /// Records, for each run of removed lines, the older line at which the account's history continues.
    private func unlink(_ lines: [Int64]) throws(SQLError) {
        let removed = try database.rows(
            """
            SELECT id, previous FROM journal WHERE id IN (\(Books.listed)) AND kind <> 'settle' ORDER BY id
            """,
            json(lines)
        ) { (line: $0.integer(0), previous: $0.optionalInteger(1)) }
        var runs = ArchivedRuns()
        for (column, touched) in [("line", removed.compactMap(\.previous)), ("kept", removed.map(\.line))] {
            try database.forEach(
                "SELECT line, kept FROM archived_lines WHERE \(column) IN (\(Books.listed))", json(touched)
            ) {
                runs.add(endingAt: $0.integer(0), after: $0.optionalInteger(1))
                return true
            }
        }
        let known = runs
        for (line, previous) in removed { runs.remove(line, after: previous) }
        let ended = known.kept.keys.filter { runs.kept[$0] == nil }
        try database.run("DELETE FROM archived_lines WHERE line IN (\(Books.listed))", json(ended.sorted()))
        for (line, kept) in runs.kept.sorted(by: { $0.key < $1.key }) where known.kept[line] != .some(kept) {
            try database.run(
                """
                INSERT INTO archived_lines (line, kept) VALUES (?1, ?2)
                ON CONFLICT (line) DO UPDATE SET kept = excluded.kept
                """,
                line, kept
            )
        }
    }

    /// Sums these lines by grant, and adds each sum to the grant's line for archived charges.
    private func sumUp(_ lines: String?, at now: Timestamp) throws(SQLError) {
        let sums = try database.rows(
            """
            SELECT grants.id, grants.account_id, sum(credits), archived_entry
            FROM journal JOIN grants ON grants.id = journal.grant_id
            WHERE journal.id IN (\(Books.listed)) AND kind <> 'settle'
            GROUP BY grants.id HAVING sum(credits) <> 0 ORDER BY grants.id
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
}
