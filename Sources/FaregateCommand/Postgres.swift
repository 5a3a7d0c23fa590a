import Faregate
import FaregateBooks
import FaregatePostgres

/// The ledgers in PostgreSQL databases, for commands. Without the package trait `Postgres` there are none.
enum Postgres {
    /// - Parameters:
    ///   - address: a connection URI.
    ///   - creating: whether to make the ledger if the database has none.
    ///   - clock: for housekeeping; nil for none.
    static func open(_ address: String, creating: Bool, clock: (any WallClock)?) async throws -> any SQLLedger {
        #if Postgres
        try await PostgresLedger.open(address, creating: creating, clock: clock)
        #else
        throw missing
        #endif
    }

    static func copySource(_ address: String) throws -> @Sendable () throws(LedgerError) -> any CopySource {
        #if Postgres
        { () throws(LedgerError) in try PostgresCopySource(address) }
        #else
        throw missing
        #endif
    }

    static func copyTarget(_ address: String) throws -> @Sendable () throws(LedgerError) -> any CopyTarget {
        #if Postgres
        { () throws(LedgerError) in try PostgresCopyTarget(address) }
        #else
        throw missing
        #endif
    }

    static func reopenMoved(_ address: String) async throws -> String {
        #if Postgres
        try await PostgresLedger.reopenMoved(address)
        #else
        throw missing
        #endif
    }

    #if !Postgres
    private static let missing = Failure.misuse(
        "this faregate was built without PostgreSQL; build it with: swift build --traits Postgres"
    )
    #endif
}
