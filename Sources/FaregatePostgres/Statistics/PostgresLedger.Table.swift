#if Postgres
public import Faregate

extension PostgresLedger {
    /// The size of a table. The numbers of rows are the server's estimates; it updates them within seconds.
    public struct Table: Sendable, Hashable, Encodable {
        public let name: String
        public let rows: Int64
        /// The rows that were changed or deleted, and whose space vacuum has not released yet. 0 on a standby, which
        /// doesn't count them.
        public let deadRows: Int64
        /// With its indexes.
        public let bytes: Int64
        /// When it was last vacuumed, by hand or by autovacuum; nil for never, as far as the server remembers.
        public let vacuumedAt: Timestamp?
        /// Whether autovacuum is on for this table.
        public let hasAutovacuum: Bool

        package init(
            name: String, rows: Int64, deadRows: Int64 = 0, bytes: Int64 = 0, vacuumedAt: Timestamp? = nil,
            hasAutovacuum: Bool = true
        ) {
            (self.name, self.rows, self.deadRows, self.bytes) = (name, rows, deadRows, bytes)
            (self.vacuumedAt, self.hasAutovacuum) = (vacuumedAt, hasAutovacuum)
        }
    }
}
#endif
