public import Faregate
package import FaregateBooks

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
        try await audit(with: archive.map { Archive(path: $0) }, progress: progress)
    }

    package func audit(
        with archive: Archive?, progress: @escaping @Sendable (Ledger.AuditProgress) -> Void
    ) async throws(LedgerError) -> Ledger.AuditReport {
        let (path, access) = (path, access)
        // On its own connection, so that other reads continue.
        return try await onThread { () throws(LedgerError) in
            try self.requireFiles()
            return try explaining(errorsOf: path) { () throws(SQLError) in
                try Database.openReader(path: path, access).audit(with: archive, progress)
            }
        }
    }
}

extension Database {
    /// Sorting more than 64 MiB uses the disk.
    private static let auditSettings = "PRAGMA temp_store = FILE; PRAGMA cache_size = -65536; PRAGMA threads = 2;"

    func audit(
        with archive: Archive? = nil, _ progress: (Ledger.AuditProgress) -> Void
    ) throws(SQLError) -> Ledger.AuditReport {
        try execute(script: Database.auditSettings)
        return try snapshot { () throws(SQLError) in
            var report = Ledger.AuditReport()
            try checkFile(&report)
            try audit(AuditCheck.all + [Database.foreignKeys], with: archive, into: &report, progress: progress)
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
