public import Faregate
import FaregateBooks

extension SQLiteLedger {
    /// Recomputes balances, debts and charges from the journal, rolling windows from their hits, and purchases from
    /// their facts, and reports each difference.
    ///
    /// It reads one snapshot while calls go on. It may sort large parts of the journal on disk, in SQLite's folder for
    /// [temporary files](https://www.sqlite.org/tempfiles.html).
    ///
    /// - Parameters:
    ///   - archive: a file made by ``archive(closedBefore:to:at:progress:)``. Its charges are audited too, and their
    ///     sum must equal the journal's lines for archived charges. Without it, these lines are assumed to be right.
    ///   - progress: called before each step, on the audit's own thread.
    /// - Throws: `LedgerError` when the file can't be read.
    public func audit(
        archive: String? = nil,
        progress: @escaping @Sendable (Ledger.AuditProgress) -> Void = { _ in }
    ) async throws(LedgerError) -> Ledger.AuditReport {
        let (path, access) = (path, access)
        // On its own connection, so that other reads continue.
        return try await onThread { () throws(LedgerError) in
            try self.requireFiles()
            let archive: ArchiveFile? =
                if let archive { try ArchiveFile(path: archive, of: path, creating: false) } else { nil }
            return try explaining(errorsOf: path) { () throws(SQLError) in
                var report = try Database.openReader(path: path, access).audit(progress)
                try archive?.audit(&report)
                return report
            }
        }
    }
}

extension Database {
    /// Sorting more than 64 MiB uses the disk.
    private static let auditSettings = "PRAGMA temp_store = FILE; PRAGMA cache_size = -65536; PRAGMA threads = 2;"

    func audit(_ progress: (Ledger.AuditProgress) -> Void) throws(SQLError) -> Ledger.AuditReport {
        try execute(script: Database.auditSettings)
        return try snapshot { () throws(SQLError) in
            var report = Ledger.AuditReport()
            try checkFile(&report)
            try audit(AuditCheck.all + [Database.foreignKeys], into: &report, progress: progress)
            return report
        }
    }

    /// SQLite's own check of the file.
    /// [quick_check](https://www.sqlite.org/pragma.html#pragma_quick_check)
    private func checkFile(_ report: inout Ledger.AuditReport) throws(SQLError) {
        for problem in try rows("PRAGMA quick_check(100)", read: { $0.text(0) }) where problem != "ok" {
            report.add(
                Ledger.AuditDifference("SQLite's check", "the file", expected: "no damage", found: problem))
        }
    }

    /// The foreign keys of the schema, which can only be wrong if a program wrote with foreign keys switched off.
    private static let foreignKeys = AuditCheck(
        step: "references between tables",
        sql: """
            SELECT 'reference', 'row ' || coalesce(rowid, '') || ' of ' || "table", 'a row of ' || parent, 'missing', NULL, NULL
            FROM pragma_foreign_key_check
            """
    )
}

extension ArchiveFile {
    /// Checks an archive's charges, and that the ledger's line for each grant equals the sum that the grant paid for
    /// them.
    fileprivate func audit(_ report: inout Ledger.AuditReport) throws(SQLError) {
        try database.snapshot { () throws(SQLError) in
            for check in [AuditCheck.charges, .chargesWithoutEntries, .payments, ArchiveFile.seam] {
                try database.run(check, into: &report)
            }
        }
    }

    /// Charges that are also in the ledger were copied, but not removed yet.
    private static let seam = AuditCheck(
        step: "archive",
        sql: """
            WITH taken AS MATERIALIZED (
                SELECT grant_id, sum(credits) AS credits FROM main.journal
                WHERE kind <> 'settle' AND grant_id IS NOT NULL AND charge_id NOT IN (SELECT id FROM ledger.charges)
                GROUP BY grant_id),
            line AS MATERIALIZED (
                SELECT grants.id, journal.credits FROM ledger.grants
                JOIN ledger.journal ON journal.id = grants.archived_entry)
            SELECT 'archived', 'grant ' || coalesce(taken.grant_id, line.id), coalesce(taken.credits, 0),
                coalesce(line.credits, 0), NULL, NULL
            FROM taken FULL JOIN line ON line.id = taken.grant_id
            WHERE coalesce(taken.credits, 0) <> coalesce(line.credits, 0)
            """
    )
}
