public import Faregate
import FaregateBooks

extension SQLiteLedger {
    /// The history of an account, including an archive, latest first.
    ///
    /// - Parameters:
    ///   - account: whose history.
    ///   - archive: a file made by ``archive(closedBefore:to:at:progress:)``.
    ///   - cursor: `next` of the page before; nil for the first page.
    ///   - count: how many entries at most, 1 to 500.
    /// - Throws: `LedgerError` when the archive can't be read, or belongs to another ledger.
    public func history(
        of account: AccountID, archive: String, after cursor: History.Cursor?, count: Int
    ) async throws(LedgerError) -> History {
        try await history(of: account, archive: Archive(path: archive), after: cursor, count: count)
    }

    /// Explains the cost of a charge, which may be in an archive.
    public func explain(_ charge: ChargeID, archive: String) async throws(LedgerError) -> Ledger.ChargeExplanation? {
        try await explain(charge, archive: Archive(path: archive))
    }
}
