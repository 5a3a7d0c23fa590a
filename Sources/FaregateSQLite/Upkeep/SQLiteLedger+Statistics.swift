public import Faregate
import Foundation

extension SQLiteLedger {
    /// How the ledger does: for a server to export, and for `faregate stats`.
    ///
    /// - Parameter now: the present time, for events that are due.
    /// - Throws: `LedgerError` when the file can't be read.
    public func statistics(at now: Timestamp = SystemClock().now) async throws(LedgerError) -> LedgerStatistics {
        let (figures, queueLength) = (writer.figures.now, writer.queueLength)
        return try await readers.read { database throws(SQLiteError) in
            try LedgerStatistics(database, figures, queueLength, at: now)
        }
    }

    /// How large each table is. Every row is counted, on a connection of its own, while calls go on.
    ///
    /// - Throws: `LedgerError` when the file can't be read.
    public func tableSizes() async throws(LedgerError) -> [TableSize] {
        let (path, access) = (path, access)
        return try await onThread { () throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLiteError) in
                try Database.openReader(path: path, access).tableSizes()
            }
        }
    }
}

extension LedgerStatistics {
    /// What is read from the file takes one look-up in an index for each figure, and one for each process that holds
    /// charges.
    fileprivate init(
        _ database: Database, _ figures: WriterFigures.Values, _ queueLength: Int, at now: Timestamp
    ) throws(SQLiteError) {
        let transactions = UInt64(max(1, figures.transactions))
        let (openHolds, oldestHold) =
            try database.first(
                """
                SELECT count(*), min(created_at) FROM open_holders CROSS JOIN charges INDEXED BY charges_open
                    ON charges.holder_id = open_holders.id AND charges.state = 0
                """
            ) { ($0.integer(0), $0.optionalInteger(1)) } ?? (0, nil)
        self.init(
            sqliteVersion: Database.sqliteVersion,
            fileBytes: (try? FileManager.default.size(of: database.path)) ?? 0,
            logBytes: (try? FileManager.default.size(of: database.path + "-wal")) ?? 0,
            queueLength: queueLength,
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
            latestCheckpointPagesLeft: figures.latestCheckpoint.map { max(0, $0.pages - $0.copiedPages) },
            // Accounts are never deleted, so that the latest number is their count.
            accounts: try database.integer("SELECT coalesce(max(id), 0) FROM accounts") ?? 0,
            openHolds: openHolds,
            oldestHold: oldestHold.map(Timestamp.init),
            firstKeyExpiry: try database.first("SELECT min(expires_at) FROM keys") { $0.optionalInteger(0) }
                .flatMap(\.self).map(Timestamp.init),
            inboxDue: try database.integer(
                "SELECT count(*) FROM inbox WHERE state = 'pending' AND retry_at <= ?1", now
            ) ?? 0,
            inboxFlagged: try database.integer("SELECT count(*) FROM inbox WHERE state = 'flagged'") ?? 0,
            flaggedPurchases: try database.integer("SELECT count(*) FROM purchases WHERE flagged") ?? 0,
            stopped: figures.ending.flatMap { $0.code == .closed ? nil : $0.description }
        )
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
