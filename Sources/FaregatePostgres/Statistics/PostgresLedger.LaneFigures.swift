#if Postgres
extension PostgresLedger {
    /// Figures about a connection that writes, since this process opened the ledger.
    public struct LaneFigures: Sendable, Hashable, Encodable {
        /// The writes that wait or run.
        public let queueLength: Int
        /// The transactions that were committed.
        public let transactions: Int64
        /// The writes that were answered. `writes / transactions` is the number of callers that share a commit.
        public let writes: Int64
        /// The mean time of a commit, in microseconds: a round trip to the server and its fsync.
        public let meanCommitMicroseconds: Int64
        /// The slowest commit, in microseconds.
        public let slowestCommitMicroseconds: Int64
    }
}
#endif
