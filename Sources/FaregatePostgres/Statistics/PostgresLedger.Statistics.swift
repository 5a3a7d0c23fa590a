#if Postgres
public import Faregate

extension PostgresLedger {
    /// Figures about a ledger at one moment. They can be read every few seconds: no table that grows with
    /// the calls is scanned.
    @dynamicMemberLookup
    public struct Statistics: Sendable, Hashable, Encodable {
        /// The figures that every ledger has. They can be read as if they were members of the statistics:
        /// `statistics.accounts`.
        public let figures: Ledger.Figures
        /// The server and its settings.
        public let server: Server
        /// The ledger's tables, largest first.
        public let tables: [Table]
        /// The number of processes with a lease that hasn't ended. A process has a lease while it holds charges, and up
        /// to a minute after.
        public let liveProcesses: Int64
        /// The connections of this process that write, first the one for purchases and housekeeping.
        public let lanes: [LaneFigures]
        /// Why this process has stopped writing; nil while it works.
        public let stopped: String?

        /// The size of all tables with their indexes, in bytes.
        public var bytes: Int64 { tables.reduce(0) { $0 + $1.bytes } }

        /// The writes of this process that wait or run.
        public var queueLength: Int { lanes.reduce(0) { $0 + $1.queueLength } }

        package init(
            figures: Ledger.Figures, server: Server, tables: [Table] = [], liveProcesses: Int64 = 0,
            lanes: [LaneFigures] = [], stopped: String? = nil
        ) {
            (self.figures, self.server, self.tables) = (figures, server, tables)
            (self.liveProcesses, self.lanes, self.stopped) = (liveProcesses, lanes, stopped)
        }

        /// The problems that need a person, in words; empty if there are none.
        ///
        /// - Parameter now: the present time.
        public func problems(at now: Timestamp) -> [String] {
            (stopped.map { [$0] } ?? []) + server.problems + vacuumProblems + figures.problems(at: now)
        }

        public subscript<Value>(dynamicMember figure: KeyPath<Ledger.Figures, Value>) -> Value {
            figures[keyPath: figure]
        }

        /// None on a standby: vacuum runs on its primary.
        private var vacuumProblems: [String] {
            guard !server.isStandby else { return [] }
            let unattended = tables.filter { !$0.hasAutovacuum }.map(\.name).sorted()
            return (unattended.isEmpty ? [] : [Statistics.isOff(for: unattended)])
                + tables.filter(\.isBloated).map(\.bloat)
        }

        private static func isOff(for tables: [String]) -> String {
            let rest = tables.count > 3 ? " and \(tables.count - 3) more" : ""
            return "autovacuum is off for \(tables.prefix(3).joined(separator: ", "))\(rest): "
                + "turn it on with ALTER TABLE … RESET (autovacuum_enabled)"
        }
    }
}

extension PostgresLedger.Server {
    fileprivate var problems: [String] {
        var problems: [String] = []
        if isStandby {
            problems.append("the server is a standby and takes no writes: give the address of the primary")
        } else if isReadOnly {
            problems.append(
                "the server makes transactions read-only (default_transaction_read_only): is its disk nearly full?"
            )
        }
        if !hasAutovacuum, !isStandby {
            problems.append("autovacuum or track_counts is off, so tables only grow: turn both on in postgresql.conf")
        }
        return problems
    }
}

extension PostgresLedger.Table {
    /// Autovacuum starts when a fifth of a table's rows are dead. Ten times that is more than a burst of calls leaves.
    /// Below 100,000 dead rows a table is small, whatever the proportion.
    fileprivate var isBloated: Bool { deadRows >= 100_000 && deadRows > 2 * rows }

    fileprivate var bloat: String {
        "\(name) has \(deadRows) dead rows and \(rows) live ones: end old transactions (pg_stat_activity, "
            + "pg_replication_slots), then VACUUM it"
    }
}
#endif
