public import Faregate
import Foundation

extension SQLiteLedger {
    /// How the ledger does: for a server to export, and for `faregate stats`.
    ///
    /// - Parameter now: the present time, for events that are due.
    /// - Throws: `LedgerError` when the file can't be read.
    public func statistics(at now: Timestamp = SystemClock().now) async throws(LedgerError) -> LedgerStatistics {
        let counts = try await readers.read { database throws(SQLiteError) in
            try database.snapshot { () throws(SQLiteError) in try LedgerCounts(database, at: now) }
        }
        let figures = writer.figures.now
        let transactions = UInt64(max(1, figures.transactions))
        let left = figures.latestCheckpoint.map { max(0, $0.pages - $0.copiedPages) }
        return LedgerStatistics(
            sqliteVersion: Database.sqliteVersion,
            fileBytes: (try? FileManager.default.size(of: path)) ?? 0,
            logBytes: (try? FileManager.default.size(of: path + "-wal")) ?? 0,
            queueLength: writer.queueLength,
            transactions: figures.transactions,
            writes: figures.jobs,
            latestBatch: figures.latestBatch,
            meanWriteMicroseconds: Int64(figures.performNanoseconds / transactions / 1000),
            meanCommitMicroseconds: Int64(figures.commitNanoseconds / transactions / 1000),
            slowestCommitMicroseconds: Int64(figures.slowestCommitNanoseconds / 1000),
            checkpoints: figures.checkpoints,
            latestCheckpointMillisecondsAgo: figures.latestCheckpointAt.map {
                Int64(nanoseconds(since: $0) / 1_000_000)
            },
            latestCheckpointPagesLeft: left,
            accounts: counts.accounts,
            openHolds: counts.openHolds,
            oldestHold: counts.oldestHold,
            firstKeyExpiry: counts.firstKeyExpiry,
            inboxDue: counts.inboxDue,
            inboxFlagged: counts.inboxFlagged,
            flaggedPurchases: counts.flaggedPurchases,
            stopped: figures.ending.flatMap { $0.code == .closed ? nil : $0.description }
        )
    }

    /// How large each table is. Every row is counted, on a connection of its own, while calls go on.
    ///
    /// - Throws: `LedgerError` when the file can't be read.
    public func tableSizes() async throws(LedgerError) -> [TableSize] {
        let (path, access) = (path, access)
        let result: Result<[TableSize], LedgerError> = await onThread { () throws(LedgerError) in
            do throws(SQLiteError) {
                return try Database.openReader(path: path, access).tableSizes()
            } catch {
                throw LedgerError(error, path: path)
            }
        }
        return try result.get()
    }
}

/// What is read from the file: one look-up in an index for each, and one for each process that holds charges.
private struct LedgerCounts: Sendable {
    let accounts: Int64
    let openHolds: Int64
    let oldestHold: Timestamp?
    let firstKeyExpiry: Timestamp?
    let inboxDue: Int64
    let inboxFlagged: Int64
    let flaggedPurchases: Int64

    init(_ database: Database, at now: Timestamp) throws(SQLiteError) {
        // Accounts are never deleted, so that the latest number is their count.
        accounts = try database.integer("SELECT coalesce(max(id), 0) FROM accounts") ?? 0
        let holds = try database.first(
            """
            SELECT count(*), min(created_at) FROM open_holders CROSS JOIN charges INDEXED BY charges_open
                ON charges.holder_id = open_holders.id AND charges.state = 0
            """
        ) { (count: $0.integer(0), oldest: $0.optionalInteger(1).map(Timestamp.init)) }
        (openHolds, oldestHold) = (holds?.count ?? 0, holds?.oldest)
        let expiry = try database.first("SELECT min(expires_at) FROM keys") { $0.optionalInteger(0) } ?? nil
        firstKeyExpiry = expiry.map(Timestamp.init)
        inboxDue =
            try database.integer("SELECT count(*) FROM inbox WHERE state = 'pending' AND retry_at <= ?1", now) ?? 0
        inboxFlagged = try database.integer("SELECT count(*) FROM inbox WHERE state = 'flagged'") ?? 0
        flaggedPurchases = try database.integer("SELECT count(*) FROM purchases WHERE flagged") ?? 0
    }
}

extension Database {
    fileprivate func tableSizes() throws(SQLiteError) -> [TableSize] {
        try snapshot { () throws(SQLiteError) in
            let tables = try rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") { $0.text(0) }
            var sizes: [TableSize] = []
            for table in tables where !table.hasPrefix("sqlite_") {
                let count = try integer("SELECT count(*) FROM \"\(table)\"") ?? 0
                let bytes = try? integer(
                    """
                    SELECT sum(pgsize) FROM dbstat
                    WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name = ?1)
                    """,
                    table
                )
                sizes.append(TableSize(name: table, rows: count, bytes: bytes ?? nil))
            }
            return sizes
        }
    }
}
