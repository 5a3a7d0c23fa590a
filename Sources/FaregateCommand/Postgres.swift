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
        throw Failure.misuse(
            "this faregate was built without PostgreSQL; build it with: swift build --traits Postgres"
        )
        #endif
    }
}
