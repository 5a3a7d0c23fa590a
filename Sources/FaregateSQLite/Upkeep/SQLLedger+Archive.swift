package import Faregate
package import FaregateBooks

/// Moves old calls of a ledger, whatever its database is, into a file.
extension SQLLedger {
    /// See ``SQLiteLedger/archive(closedBefore:to:at:progress:)``.
    package func archive(
        closedBefore moment: Timestamp, to path: String, at now: Timestamp,
        progress: @escaping @Sendable (SQLiteLedger.ArchiveProgress) -> Void
    ) async throws(LedgerError) -> Int {
        guard try await !isOlder(thanArchiveAt: path) else {
            throw LedgerError(
                .forbidden,
                "the archive \(path) has calls that the ledger doesn't have, so the ledger was restored from an older "
                    + "backup; name a new file for the archive, and keep this one")
        }
        let last = try await readWhole { ledger throws(SQLError) in
            try ledger.integer("SELECT max(id) FROM charges") ?? 0
        }
        var (charge, moved) = (Int64(0), 0)
        while true {
            let first = charge
            let charges = try await readWhole { ledger throws(SQLError) in
                try ArchivableCharges(closedBefore: moment, at: now, after: first, through: last, in: ledger)
            }
            guard let latest = charges.numbers.last else { break }
            charge = latest
            try await copyLines(of: charges, to: path, progress)
            try await copy(charges, to: path, progress)
            moved += try await remove(charges, closedBefore: moment, at: now, path) { removed in
                progress(SQLiteLedger.ArchiveProgress(step: .removing, fraction: 1, charges: moved + removed))
            }
        }
        try await dropUnusedNames()
        return moved
    }

    private func isOlder(thanArchiveAt path: String) async throws(LedgerError) -> Bool {
        var last: Int64 = 0
        while true {
            let first = last
            let charges = try await step(path, creating: true) { ledger, archive throws(SQLError) in
                try archive.reader.comparedCharges(after: first, since: ledger.archivedBefore())
            }
            guard let latest = charges.last?.first else { return false }
            last = latest
            if try await readWhole({ ledger throws(SQLError) in try ledger.lacksOne(of: charges) }) { return true }
        }
    }

    /// Runs the work on a snapshot of the ledger and on the archive, on a thread of its own.
    private func step<Value: Sendable>(
        _ path: String, creating: Bool = false,
        _ work: @escaping @Sendable (any SQLConnection, ArchiveFile) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        try await readWhole { ledger throws(SQLError) in
            let identity = try ledger.ledgerIdentity
            let archive = try naming { () throws(LedgerError) in
                try ArchiveFile(path: path, of: identity, creating: creating)
            }
            return try work(ledger, archive)
        }
    }

    private func copyLines(
        of charges: ArchivableCharges, to path: String, _ progress: @Sendable (SQLiteLedger.ArchiveProgress) -> Void
    ) async throws(LedgerError) {
        let end = try await readWhole { ledger throws(SQLError) in
            try ledger.integer("SELECT max(id) FROM journal") ?? 0
        }
        var line: Int64 = 0
        while line < end {
            let first = line
            let last = try await step(path) { ledger, archive throws(SQLError) -> Int64? in
                let rows = try charges.lines(after: first, in: ledger) { table throws(SQLError) in
                    try archive.columns(of: table)
                }
                return try archive.addExplaining(rows)
            }
            guard let last else { return }
            line = last
            let fraction = min(1, Double(line) / Double(end))
            progress(SQLiteLedger.ArchiveProgress(step: .copyingEntries, fraction: fraction, charges: 0))
        }
    }

    private func copy(
        _ charges: ArchivableCharges, to path: String, _ progress: @Sendable (SQLiteLedger.ArchiveProgress) -> Void
    ) async throws(LedgerError) {
        for position in stride(from: 0, to: charges.numbers.count, by: Int(ArchivableCharges.stepRows)) {
            _ = try await step(path) { ledger, archive throws(SQLError) in
                let rows = try charges.rows(from: position, in: ledger) { table throws(SQLError) in
                    try archive.columns(of: table)
                }
                return try archive.addExplaining(rows)
            }
            let fraction = Double(position) / Double(charges.numbers.count)
            progress(SQLiteLedger.ArchiveProgress(step: .copyingCharges, fraction: fraction, charges: 0))
        }
    }

    private func remove(
        _ charges: ArchivableCharges, closedBefore moment: Timestamp, at now: Timestamp, _ path: String,
        _ progress: (Int) -> Void
    ) async throws(LedgerError) -> Int {
        var moved = 0
        for position in stride(from: 0, to: charges.numbers.count, by: Books.archivingStep) {
            let part = Array(charges.numbers.dropFirst(position).prefix(Books.archivingStep))
            let lines = try await step(path) { _, archive throws(SQLError) in
                try archive.reader.archivedLines(of: part)
            }
            moved += try await write(.ledger) { books throws(SQLError) in
                try books.remove(part, lines, closedBefore: moment, at: now)
            }
            progress(moved)
        }
        return moved
    }

    /// Deletes the members and prices that no charge refers to any more.
    private func dropUnusedNames() async throws(LedgerError) {
        let latest = try await write(.everything) { books throws(SQLError) in try books.latestCharge() }
        let unused = try await readWhole { ledger throws(SQLError) in try ledger.unusedNames() }
        try await write(.everything) { books throws(SQLError) in try books.drop(unused, notUsedAfter: latest) }
    }
}

extension ArchiveFile {
    /// Adds the rows, if there are any. Errors name the archive.
    ///
    /// - Returns: the number of the last row that was read.
    fileprivate func addExplaining(_ rows: ArchivableRows?) throws(SQLError) -> Int64? {
        guard let rows else { return nil }
        try naming { () throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLError) in try add(rows) }
        }
        return rows.last
    }
}

/// Runs work on a file beside the ledger, whose errors name that file.
private func naming<Value>(_ work: () throws(LedgerError) -> Value) throws(SQLError) -> Value {
    do throws(LedgerError) { return try work() } catch { throw SQLError(explained: error) }
}
