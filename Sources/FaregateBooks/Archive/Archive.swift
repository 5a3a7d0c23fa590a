package import Faregate

/// A file with calls that were moved out of a ledger. Its tables have the names of the ledger's tables, so that the
/// same statements read both. FaregateSQLite opens it, whatever the ledger's own database is.
package struct Archive: Sendable {
    /// Opens the file for reading, if it belongs to the ledger with this identity.
    package typealias Opening = @Sendable (_ identity: Int64) throws(LedgerError) -> any SQLConnection

    private let opening: Opening

    package init(_ opening: @escaping Opening) { self.opening = opening }

    /// Opens the archive of a ledger.
    func opened(for ledger: any SQLConnection) throws(SQLError) -> any SQLConnection {
        let identity = try ledger.ledgerIdentity
        do throws(LedgerError) { return try opening(identity) } catch { throw SQLError(explained: error) }
    }
}

extension SQLConnection {
    /// A random number, by which an archive recognises its ledger.
    package var ledgerIdentity: Int64 {
        get throws(SQLError) {
            guard let identity = try integer("SELECT identity FROM ledger") else {
                throw .damaged("the table ledger is empty")
            }
            return identity
        }
    }
}

extension SQLLedger {
    /// Runs the work on one snapshot of the ledger and, if one is given, on its archive.
    package func read<Value: Sendable>(
        with archive: Archive?, _ work: @escaping @Sendable ([any SQLConnection]) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        guard let archive else { return try await read { ledger throws(SQLError) in try work([ledger]) } }
        return try await readWhole { ledger throws(SQLError) in try work([ledger, try archive.opened(for: ledger)]) }
    }

    /// The history of an account, including the archive, latest first.
    package func history(
        of account: AccountID, archive: Archive?, after cursor: History.Cursor?, count: Int
    ) async throws(LedgerError) -> History {
        try await read(with: archive) { files throws(SQLError) in
            guard let number = try files[0].accountNumber(of: account) else { return History(entries: [], next: nil) }
            return try HistoryWalk(files: files, account: number).page(after: cursor, count: min(max(count, 1), 500))
        }
    }

    /// Explains the cost of a charge, which may be in the archive.
    package func explain(
        _ charge: ChargeID, archive: Archive?
    ) async throws(LedgerError) -> Ledger.ChargeExplanation? {
        try await read(with: archive) { files throws(SQLError) in
            if let explanation = try files[0].explain(charge) { return explanation }
            return try files.dropFirst().first?.explain(charge, archivedBy: files[0])
        }
    }
}
