public import Faregate
package import FaregateBooks

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
        try await read(with: archive) { ledger, archive throws(SQLError) in
            guard let number = try ledger.accountNumber(of: account) else { return History(entries: [], next: nil) }
            let walk = HistoryWalk(files: [ledger, archive], account: number)
            return try walk.page(after: cursor, count: min(max(count, 1), 500))
        }
    }

    /// A page of the account's history with the notes of people, including an archive; nil if the account doesn't exist.
    package func notedHistory(
        of account: AccountID, archive: String, after cursor: NotedHistory.Cursor?, count: Int
    ) async throws(LedgerError) -> NotedHistory? {
        try await read(with: archive) { ledger, archive throws(SQLError) in
            guard let number = try ledger.accountNumber(of: account) else { return nil }
            return try NotedHistoryWalk(files: [ledger, archive], account: number).page(after: cursor, count: count)
        }
    }

    /// Explains the cost of a charge, also of one in an archive.
    public func explain(_ charge: ChargeID, archive: String) async throws(LedgerError) -> Ledger.ChargeExplanation? {
        try await read(with: archive) { ledger, archive throws(SQLError) in
            if let explanation = try ledger.explain(charge) { return explanation }
            return try archive.explain(charge, archivedBy: ledger)
        }
    }

    package func read<Value: Sendable>(
        with archive: String?, _ work: @escaping @Sendable ([any SQLConnection]) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        guard let archive else { return try await read { database throws(SQLError) in try work([database]) } }
        return try await read(with: archive) { ledger, archive throws(SQLError) in try work([ledger, archive]) }
    }

    private func read<Value: Sendable>(
        with archive: String, _ work: @escaping @Sendable (Database, Database) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        let (path, access) = (path, access)
        return try await onThread { () throws(LedgerError) in
            let file = try ArchiveFile(path: archive, of: path, creating: false)
            return try explaining(errorsOf: path) { () throws(SQLError) in
                try work(try Database.openReader(path: path, access), file.database)
            }
        }
    }
}
