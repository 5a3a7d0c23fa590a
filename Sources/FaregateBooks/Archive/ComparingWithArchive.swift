package import Faregate

/// Comparisons of a ledger with its archive. They are in two databases, and no statement sees both, so one is read in
/// steps and looked up in the other.
extension SQLConnection {
    /// A step of an archive's charges that were closed at this time or later.
    package func comparedCharges(after charge: Int64, since moment: Timestamp) throws(SQLError) -> [[Int64]] {
        try rows(
            "SELECT \(comparedColumns) FROM charges WHERE id > ?1 AND state_since >= ?2 ORDER BY id LIMIT ?3",
            charge, moment, ArchivableCharges.stepRows, read: Self.comparedRow
        )
    }

    /// Charges closed before this time may be in an archive.
    package func archivedBefore() throws(SQLError) -> Timestamp {
        Timestamp(rawValue: try integer("SELECT archived_before FROM ledger") ?? 0)
    }

    /// Whether one of the archive's charges that this ledger has not removed is missing here or differs. Then the
    /// ledger was restored from a backup older than the archive, and may use the numbers of archived charges again.
    ///
    /// - Parameter charges: read before this ledger's snapshot began, as another process may be archiving.
    package func lacksOne(of charges: [[Int64]]) throws(SQLError) -> Bool {
        let archivedBefore = try archivedBefore().rawValue
        let expected = charges.filter { $0[comparedTime] >= archivedBefore }
        let own = try rows(
            "SELECT \(comparedColumns) FROM charges WHERE id IN (\(Books.listed)) ORDER BY id",
            json(expected.map { $0[0] }), read: Self.comparedRow
        )
        return own != expected
    }

    private static func comparedRow(_ row: any SQLRow) -> [Int64] { (0..<6).map { row.integer($0) } }

    /// The journal lines of these charges in an archive, by charge.
    package func archivedLines(of charges: [Int64]) throws(SQLError) -> [Int64: [Int64]] {
        var lines: [Int64: [Int64]] = [:]
        try forEach("SELECT charge_id, id FROM journal WHERE charge_id IN (\(Books.listed)) ORDER BY id", json(charges))
        {
            lines[$0.integer(0), default: []].append($0.integer(1))
            return true
        }
        return lines
    }

    /// Checks an archive's charges, and that this ledger's line for each grant equals the sum that the grant paid for
    /// them.
    func audit(_ archive: any SQLConnection, into report: inout Ledger.AuditReport) throws(SQLError) {
        // One snapshot of the archive, which another process may be filling.
        try archive.savepoint { () throws(SQLError) in
            for check in [AuditCheck.charges, .chargesWithoutEntries, .payments] {
                try archive.run(check, into: &report)
            }
            try archive.run("CREATE TEMP TABLE in_both (id INTEGER PRIMARY KEY)")
            try noteChargesInBoth(archive)
            try archive.run("CREATE TEMP TABLE archive_lines (grant_id INTEGER PRIMARY KEY, credits INTEGER NOT NULL)")
            try forEach(
                """
                SELECT grants.id, journal.credits FROM grants JOIN journal ON journal.id = grants.archived_entry
                """
            ) { row throws(SQLError) in
                try archive.run("INSERT INTO archive_lines VALUES (?1, ?2)", row.integer(0), row.integer(1))
                return true
            }
            try archive.run(AuditCheck.archivedCredits, into: &report)
            try archive.run("DROP TABLE in_both")
            try archive.run("DROP TABLE archive_lines")
        }
    }

    /// Notes the charges that were copied into the archive, but not removed from the ledger yet.
    private func noteChargesInBoth(_ archive: any SQLConnection) throws(SQLError) {
        var last: Int64 = 0
        while true {
            let charges = try archive.rows(
                "SELECT id FROM charges WHERE id > ?1 ORDER BY id LIMIT ?2", last, ArchivableCharges.stepRows
            ) { $0.integer(0) }
            guard let latest = charges.last else { return }
            last = latest
            let both = try rows("SELECT id FROM charges WHERE id IN (\(Books.listed))", json(charges)) { $0.integer(0) }
            try archive.run("INSERT INTO in_both \(Books.listed)", json(both))
        }
    }
}

/// The columns that show whether a charge is the same in both.
private let comparedColumns = "id, account_id, created_at, state, state_since, cost"
/// The position of `state_since` among them.
private let comparedTime = 4

extension AuditCheck {
    /// Runs on an archive.
    fileprivate static let archivedCredits = AuditCheck(
        step: "archive",
        sql: """
            WITH taken AS MATERIALIZED (
                SELECT grant_id, sum(credits) AS credits FROM journal
                WHERE kind <> 'settle' AND grant_id IS NOT NULL AND charge_id NOT IN (SELECT id FROM in_both)
                GROUP BY grant_id)
            SELECT 'archived', 'grant ' || coalesce(taken.grant_id, line.grant_id), coalesce(taken.credits, 0),
                coalesce(line.credits, 0), NULL, NULL
            FROM taken FULL JOIN archive_lines AS line ON line.grant_id = taken.grant_id
            WHERE coalesce(taken.credits, 0) <> coalesce(line.credits, 0)
            """
    )
}
