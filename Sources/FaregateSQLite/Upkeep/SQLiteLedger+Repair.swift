public import Faregate
import FaregateBooks

extension SQLiteLedger {
    /// Repairs the figures that can be recomputed from other rows: the sums of grants, the debts of accounts, the
    /// latest line of each account, and the use of rolling windows. Journal lines never change. If a purchase has
    /// granted more or less than the provider's facts require, new lines grant or take back the difference.
    ///
    /// Everything is recomputed and written in one transaction, while calls wait. If the schema forbids a repair, the
    /// row stays as it is, and later audits report it again.
    ///
    /// - Parameters:
    ///   - differences: the differences of an audit. Those that are not `Ledger.AuditDifference.isRepairable` are
    ///     skipped.
    ///   - now: the time of the new lines.
    /// - Returns: the number of repaired differences.
    /// - Throws: `LedgerError` when the file can't be written.
    public func repair(
        _ differences: [Ledger.AuditDifference], at now: Timestamp = SystemClock().now
    ) async throws(LedgerError) -> Int {
        try await writer.write { books throws(SQLError) in try books.repair(differences, at: now) }
    }
}
