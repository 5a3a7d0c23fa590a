import Faregate
import FaregateBooks
import FaregatePostgres

/// The ledgers in PostgreSQL databases, for commands. Without the package trait `Postgres` there are none.
enum Postgres {
    /// A command that only reads works on a standby too.
    ///
    /// - Parameters:
    ///   - address: a connection URI.
    ///   - creating: whether to make the ledger if the database has none.
    ///   - clock: for housekeeping; nil for none.
    static func open(_ address: String, creating: Bool, clock: (any WallClock)?) async throws -> any SQLLedger {
        #if Postgres
        try await PostgresLedger.open(
            address, creating: creating, mayBeStandby: !creating && clock == nil, clock: clock
        )
        #else
        throw Failure.withoutPostgres
        #endif
    }

    /// What `faregate status` and `faregate stats` show of a ledger.
    static func report(_ address: String, at now: Timestamp) async throws -> LedgerReport {
        #if Postgres
        let ledger = try await PostgresLedger.open(address, creating: false, mayBeStandby: true)
        return try await Context.closing(ledger, after: { LedgerReport(try await $0.statistics(at: now), at: now) })
        #else
        throw Failure.withoutPostgres
        #endif
    }

    static func copySource(_ address: String) throws -> @Sendable () throws(LedgerError) -> any CopySource {
        #if Postgres
        { () throws(LedgerError) in try PostgresCopySource(address) }
        #else
        throw Failure.withoutPostgres
        #endif
    }

    static func copyTarget(_ address: String) throws -> @Sendable () throws(LedgerError) -> any CopyTarget {
        #if Postgres
        { () throws(LedgerError) in try PostgresCopyTarget(address) }
        #else
        throw Failure.withoutPostgres
        #endif
    }

    static func reopenMoved(_ address: String) async throws -> String {
        #if Postgres
        try await PostgresLedger.reopenMoved(address)
        #else
        throw Failure.withoutPostgres
        #endif
    }
}

#if Postgres
extension LedgerReport {
    fileprivate init(_ statistics: PostgresLedger.Statistics, at now: Timestamp) {
        var figures = LedgerFigures(statistics.figures)
        (figures.tableBytes, figures.liveProcesses) = (statistics.bytes, statistics.liveProcesses)
        let server = statistics.server
        (figures.postgresVersion, figures.isStandby) = (server.version, server.isStandby)
        figures.replicationLagMilliseconds = server.replicationLagMilliseconds
        self.init(
            figures: figures,
            problems: statistics.problems(at: now),
            tables: statistics.tables.map {
                TableFigures(
                    name: $0.name, rows: $0.rows, bytes: $0.bytes, deadRows: $0.deadRows, vacuumedAt: $0.vacuumedAt
                )
            }
        )
    }
}
#else
extension Failure {
    fileprivate static let withoutPostgres = Failure.misuse(
        "this faregate was built without PostgreSQL; build it with: swift build --traits Postgres"
    )
}
#endif
