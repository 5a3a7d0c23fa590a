#if Postgres
public import Faregate
package import FaregateBooks

extension PostgresLedger {
    /// Recomputes balances, debts and charges from the journal, rolling windows from their hits, and purchases from
    /// their facts, and reports each difference.
    ///
    /// It reads one snapshot while calls go on, on a connection of its own. It may sort large parts of the journal in
    /// the server's [temporary
    /// files](https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM). While it runs, vacuum
    /// keeps the rows that the snapshot sees.
    ///
    /// - Parameter progress: called before each step, on the audit's own thread.
    /// - Throws: `LedgerError` when the database can't be read.
    public func audit(
        progress: @escaping @Sendable (Ledger.AuditProgress) -> Void = { _ in }
    ) async throws(LedgerError) -> Ledger.AuditReport {
        try await audit(with: nil, progress: progress)
    }

    package func audit(
        with archive: Archive?, progress: @escaping @Sendable (Ledger.AuditProgress) -> Void
    ) async throws(LedgerError) -> Ledger.AuditReport {
        try await onOwnConnection { connection throws(SQLError) in
            try connection.snapshot { () throws(SQLError) in
                try connection.auditInTransaction(with: archive, progress)
            }
        }
    }

    /// Repairs the numbers that can be recomputed from other rows: the sums of grants, the debts of accounts, the
    /// latest journal line of each account, and the counters of rolling windows. Journal lines never change. If a
    /// purchase has granted more or less than the provider's facts require, new lines grant or take back the
    /// difference.
    ///
    /// Everything is recomputed and written in one transaction, while calls of the repaired accounts wait. If the
    /// schema forbids a repair, the row stays as it is, and later audits report it again.
    ///
    /// - Parameters:
    ///   - differences: the differences of an audit. Those that are not `Ledger.AuditDifference.isRepairable` are
    ///     skipped.
    ///   - now: the time of the new lines.
    /// - Returns: the number of repaired differences.
    /// - Throws: `LedgerError` when the database can't be written.
    public func repair(
        _ differences: [Ledger.AuditDifference], at now: Timestamp = SystemClock().now
    ) async throws(LedgerError) -> Int {
        try await write(.ledger) { books throws(SQLError) in try books.repair(differences, at: now) }
    }
}

extension PostgresConnection {
    /// A statement of an audit may read the whole journal, so its time limit is four hours. Sorting more than 64 MiB
    /// uses the disk.
    private static let auditSettings = "SET LOCAL statement_timeout = '4h'; SET LOCAL work_mem = '64MB'"

    func auditInTransaction(
        with archive: Archive? = nil, _ progress: (Ledger.AuditProgress) -> Void
    ) throws(SQLError) -> Ledger.AuditReport {
        try execute(script: PostgresConnection.auditSettings)
        var report = Ledger.AuditReport()
        try audit(AuditCheck.all, with: archive, into: &report, progress: progress)
        return report
    }
}
#endif
