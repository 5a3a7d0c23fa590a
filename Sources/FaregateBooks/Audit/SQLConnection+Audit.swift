package import Faregate

extension SQLConnection {
    /// Runs the checks, and recomputes the credits of every purchase, on the snapshot that the caller has opened.
    ///
    /// - Parameters:
    ///   - checks: ``AuditCheck/all``, and further checks that only this kind of database needs.
    ///   - archive: the ledger's archive, if it is audited too.
    ///   - report: receives the counts and the differences.
    ///   - progress: called before each step.
    package func audit(
        _ checks: [AuditCheck], with archive: Archive? = nil, into report: inout Ledger.AuditReport,
        progress: (Ledger.AuditProgress) -> Void
    ) throws(SQLError) {
        try count(&report)
        for (completed, check) in checks.enumerated() {
            progress(Ledger.AuditProgress(step: check.step, completed: completed, total: checks.count + 1))
            try run(check, into: &report)
        }
        let step = "credits of purchases"
        progress(Ledger.AuditProgress(step: step, completed: checks.count, total: checks.count + 1))
        try auditWorth(into: &report)
        if let archive { try audit(try archive.opened(for: self), into: &report) }
    }

    package func run(_ check: AuditCheck, into report: inout Ledger.AuditReport) throws(SQLError) {
        try forEach(check.sql) { row in
            report.add(Ledger.AuditDifference(row))
            return true
        }
    }

    private func count(_ report: inout Ledger.AuditReport) throws(SQLError) {
        report.accounts = try integer("SELECT count(*) FROM accounts") ?? 0
        report.grants = try integer("SELECT count(*) FROM grants") ?? 0
        report.charges = try integer("SELECT count(*) FROM charges") ?? 0
        report.entries = try integer("SELECT count(*) FROM journal") ?? 0
        report.purchases = try integer("SELECT count(*) FROM purchases") ?? 0
        report.flaggedPurchases = try integer("SELECT count(*) FROM purchases WHERE flagged") ?? 0
        report.unlinkedFacts =
            try integer(
                """
                SELECT count(*) FROM facts JOIN orders ON orders.id = facts.order_id
                WHERE merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM purchases WHERE purchases.order_id = orders.id)
                """
            ) ?? 0
    }
}

extension Ledger.AuditDifference {
    /// A row of an ``AuditCheck``.
    fileprivate init(_ row: any SQLRow) {
        let fact = DerivedFact.Table(rawValue: row.text(4)).map {
            DerivedFact(table: $0, key: row.text(5).split(separator: ",").compactMap { Int64($0) })
        }
        self.init(row.text(0), row.text(1), expected: row.text(2), found: row.text(3), fact: fact)
    }
}
