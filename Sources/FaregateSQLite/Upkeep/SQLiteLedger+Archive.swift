public import Faregate
import FaregateBooks

extension SQLiteLedger {
    /// Moves closed charges with their journal lines and keys into a second file, in small steps, while calls go on.
    /// Each grant keeps one line for the credits that they took. Purchases stay, and so do charges that can still
    /// change: open ones, those with debt, those refunded as abandoned, and those whose key has not expired. Charges
    /// that replaced an abandoned one and the latest charge stay too.
    ///
    /// It can be interrupted at any time and run again: nothing is archived twice, and nothing is removed before the
    /// archive has it on the disk. The same archive can be given again later, with a later time.
    ///
    /// - Parameters:
    ///   - moment: charges closed before it are moved.
    ///   - path: the archive; it is created if it doesn't exist.
    ///   - now: the current time, which decides which keys have expired.
    ///   - progress: called after each step, on the ledger's threads.
    /// - Returns: the number of moved charges.
    /// - Throws: `LedgerError` when the archive belongs to another ledger, or one of the files can't be written.
    public func archive(
        closedBefore moment: Timestamp,
        to path: String,
        at now: Timestamp = SystemClock().now,
        progress: @escaping @Sendable (SQLiteLedger.ArchiveProgress) -> Void = { _ in }
    ) async throws(LedgerError) -> Int {
        let ledger = self.path
        try await onThread { () throws(LedgerError) in
            let archive = try ArchiveFile(path: path, of: ledger, creating: true)
            let isNewer = try explaining(errorsOf: path) { () throws(SQLError) in try archive.isNewerThanLedger() }
            guard !isNewer else {
                throw LedgerError(
                    .forbidden,
                    "the archive \(path) has calls that the ledger doesn't have, so the ledger was restored from an older "
                        + "backup; name a new file for the archive, and keep this one")
            }
            try archive.copy(closedBefore: moment, at: now, ledger, progress)
        }
        let moved = try await removeCopied(in: path, closedBefore: moment, at: now, progress)
        try await dropUnusedNames()
        return moved
    }

    private func removeCopied(
        in path: String, closedBefore moment: Timestamp, at now: Timestamp,
        _ progress: (SQLiteLedger.ArchiveProgress) -> Void
    ) async throws(LedgerError) -> Int {
        let ledger = self.path
        var (latest, moved) = (Int64(0), 0)
        while true {
            let after = latest
            let (charges, lines) = try await onThread { () throws(LedgerError) in
                let archive = try ArchiveFile(path: path, of: ledger, creating: false)
                return try explaining(errorsOf: path) { () throws(SQLError) in
                    try archive.copied(after: after, count: Books.archivingStep)
                }
            }
            guard let last = charges.last else { return moved }
            try await writer.write { books throws(SQLError) in
                try books.remove(charges, lines, closedBefore: moment, at: now)
            }
            (latest, moved) = (last, moved + charges.count)
            progress(SQLiteLedger.ArchiveProgress(step: .removing, fraction: 1, charges: moved))
        }
    }

    /// Deletes the members and prices that no charge refers to any more.
    private func dropUnusedNames() async throws(LedgerError) {
        let unused = try await readers.read { database throws(SQLError) in
            try database.unusedNames()
        }
        try await writer.write { books throws(SQLError) in try books.drop(unused) }
    }
}

extension ArchiveFile {
    fileprivate func copy(
        closedBefore moment: Timestamp, at now: Timestamp, _ ledger: String,
        _ progress: (SQLiteLedger.ArchiveProgress) -> Void
    ) throws(LedgerError) {
        do throws(SQLError) {
            for (part, step) in [
                (Part.journal, SQLiteLedger.ArchiveProgress.Step.copyingEntries), (.charges, .copyingCharges),
            ] {
                let last = Double(try last(of: part))
                var row: Int64 = 0
                while let next = try copy(part, after: row, closedBefore: moment, at: now) {
                    row = next
                    progress(SQLiteLedger.ArchiveProgress(step: step, fraction: min(1, Double(row) / last), charges: 0))
                }
            }
        } catch {
            throw LedgerError(error, path: error.message.contains("ledger") ? ledger : database.path)
        }
    }
}
