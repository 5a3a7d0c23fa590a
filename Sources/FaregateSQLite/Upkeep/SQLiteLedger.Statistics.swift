public import Faregate
import Foundation

extension SQLiteLedger {
    /// How a ledger does, at one moment. Cheap enough to be asked for every few seconds: nothing is counted row by row.
    public struct Statistics: Sendable, Hashable, Encodable {
        /// The SQLite library's version.
        public let sqliteVersion: String
        /// The size of the ledger's file, in bytes.
        public let fileBytes: Int64
        /// The size of its log, in bytes: commits that are not in the file yet.
        public let logBytes: Int64

        /// Writes that wait for the next transaction of this process.
        public let queueLength: Int
        /// How many transactions this process has committed since it opened the ledger.
        public let transactions: Int64
        /// How many writes those were.
        public let writes: Int64
        /// How many writes the latest transaction had.
        public let latestBatch: Int
        /// The mean time in which the writes of a transaction were made, in microseconds.
        public let meanWriteMicroseconds: Int64
        /// The mean time of a commit, in microseconds, nearly all of it the fsync.
        public let meanCommitMicroseconds: Int64
        /// The slowest commit, in microseconds.
        public let slowestCommitMicroseconds: Int64
        /// How often this process has copied the log into the file.
        public let checkpoints: Int64
        /// How long ago it last did, in milliseconds; nil where it has not yet.
        public let latestCheckpointMillisecondsAgo: Int64?
        /// How many pages of the log that left out, since somebody was reading.
        public let latestCheckpointPagesLeft: Int?

        /// Accounts that were ever opened.
        public let accounts: Int64
        /// Charges that are held.
        public let openHolds: Int64
        /// When the oldest of them was made.
        public let oldestHold: Timestamp?
        /// When the key that expires first expires: long ago where nothing deletes keys.
        public let firstKeyExpiry: Timestamp?
        /// Events of payment providers that should have been acted on by now.
        public let inboxDue: Int64
        /// Events that a person should look at.
        public let inboxFlagged: Int64
        /// Purchases that a person should look at.
        public let flaggedPurchases: Int64
        /// Why this process writes nothing any more; nil while it does.
        public let stopped: String?

        /// What needs a person, in words; empty where all is well.
        ///
        /// - Parameter now: the present time.
        public func problems(at now: Timestamp) -> [String] {
            var problems: [String] = []
            if let stopped { problems.append(stopped) }
            if let oldestHold, oldestHold.advanced(byMilliseconds: Statistics.dayMilliseconds) < now {
                problems.append("a call has been open since \(oldestHold)")
            }
            if let firstKeyExpiry, firstKeyExpiry.advanced(byMilliseconds: Statistics.dayMilliseconds) < now {
                problems.append("expired keys are not deleted: does a server have the ledger open?")
            }
            if logBytes > Statistics.largeLogBytes {
                problems.append("the log has \(logBytes >> 20) MiB: who has been reading for so long?")
            }
            if inboxDue > 0 { problems.append("\(inboxDue) events of payment providers wait to be acted on") }
            if inboxFlagged > 0 { problems.append("\(inboxFlagged) events of payment providers need review") }
            if flaggedPurchases > 0 { problems.append("\(flaggedPurchases) purchases need review") }
            return problems
        }

        private static let dayMilliseconds: Int64 = 24 * 60 * 60 * 1000
        private static let largeLogBytes: Int64 = 256 << 20
    }
}

extension SQLiteLedger.Statistics {
    /// What is read from the file takes one look-up in an index for each figure, and one for each process that holds
    /// charges.
    init(
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
