#if Postgres
extension PostgresLedger {
    /// A PostgreSQL server, and those of its settings that matter to a ledger.
    public struct Server: Sendable, Hashable, Encodable {
        /// Its version, such as "15.10".
        public let version: String
        /// Whether it follows another server, and takes no writes itself.
        public let isStandby: Bool
        /// Whether it makes transactions read-only by default, as hosted databases do when their disk is nearly full.
        public let isReadOnly: Bool
        /// Whether autovacuum is on, with the counts that it needs.
        public let hasAutovacuum: Bool
        /// On a standby, how long ago the primary committed the latest transaction that the standby has replayed. It
        /// also grows while the primary commits nothing; a running Faregate process commits every 15 seconds. Nil on a
        /// primary.
        public let replicationLagMilliseconds: Int64?

        package init(
            version: String, isStandby: Bool = false, isReadOnly: Bool = false, hasAutovacuum: Bool = true,
            replicationLagMilliseconds: Int64? = nil
        ) {
            (self.version, self.isStandby, self.isReadOnly) = (version, isStandby, isReadOnly)
            (self.hasAutovacuum, self.replicationLagMilliseconds) = (hasAutovacuum, replicationLagMilliseconds)
        }
    }
}
#endif
