public import Faregate
import FaregateBooks
import Foundation

extension SQLiteLedger {
    /// Figures about a ledger at one moment. They can be read every few seconds, because no table is scanned.
    @dynamicMemberLookup
    public struct Statistics: Sendable, Hashable, Encodable {
        /// The figures that every ledger has. They can be read as if they were members of the statistics:
        /// `statistics.accounts`.
        public let figures: Ledger.Figures

        /// The SQLite library's version.
        public let sqliteVersion: String
        /// The size of the ledger's file, in bytes.
        public let fileBytes: Int64
        /// The size of its log, in bytes. Space whose commits are already in the file is counted too.
        public let logBytes: Int64

        /// The writes that wait for the next transaction of this process.
        public let queueLength: Int
        /// The transactions that this process has committed since it opened the ledger.
        public let transactions: Int64
        /// The writes in these transactions.
        public let writes: Int64
        /// The writes in the latest transaction.
        public let latestBatch: Int
        /// The mean time of a transaction's statements, in microseconds.
        public let meanWriteMicroseconds: Int64
        /// The mean time of a commit, in microseconds, nearly all of it the fsync.
        public let meanCommitMicroseconds: Int64
        /// The slowest commit, in microseconds.
        public let slowestCommitMicroseconds: Int64
        /// The checkpoints of this process: how often it copied the log into the file.
        public let checkpoints: Int64
        /// How long ago the latest checkpoint was, in milliseconds; nil before the first.
        public let latestCheckpointMillisecondsAgo: Int64?
        /// The pages that the latest checkpoint left in the log because of a reader.
        public let latestCheckpointPagesLeft: Int?

        /// Why the writer of this process has stopped; nil while it works.
        public let stopped: String?

        /// The problems that need a person, in words; empty if there are none.
        ///
        /// - Parameter now: the present time.
        public func problems(at now: Timestamp) -> [String] {
            var problems: [String] = []
            if let stopped { problems.append(stopped) }
            if logBytes > Statistics.largeLogBytes {
                problems.append("the log has \(logBytes >> 20) MiB: is an audit, a backup or a shell still reading?")
            }
            return problems + figures.problems(at: now)
        }

        public subscript<Value>(dynamicMember figure: KeyPath<Ledger.Figures, Value>) -> Value {
            figures[keyPath: figure]
        }

        private static let largeLogBytes: Int64 = 256 << 20
    }
}

extension SQLiteLedger.Statistics {
    init(
        _ database: Database, _ figures: WriterFigures.Values, _ queueLength: Int, at now: Timestamp
    ) throws(SQLError) {
        let transactions = UInt64(max(1, figures.transactions))
        self.init(
            // Accounts are never deleted, so the latest number is their count.
            figures: try database.figures(
                accounts: try database.integer("SELECT coalesce(max(id), 0) FROM accounts") ?? 0, at: now
            ),
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
            stopped: figures.ending.flatMap { $0.code == .closed ? nil : $0.description }
        )
    }
}
