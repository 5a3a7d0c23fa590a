import Faregate
import FaregateSQLite
import Foundation

#if Postgres
import FaregatePostgres
#endif

extension Settings {
    /// Whether the ledger is in a PostgreSQL database.
    private var isPostgres: Bool { database.hasPrefix("postgres://") || database.hasPrefix("postgresql://") }

    /// The beginning of the paths of this server's own files, the session key and the pictures. They are beside a
    /// ledger's file. A ledger in PostgreSQL has no file.
    var ownFiles: String { isPostgres ? "demo-data/credits.postgres" : database }

    /// The ledger's path or address, for the log. An address can contain a password and secret parameters.
    var ledgerPlace: String {
        guard isPostgres else { return database }
        return URL(string: database).flatMap { url in url.origin.map { $0 + url.path() } } ?? "in PostgreSQL"
    }

    /// Opens the ledger. Creates it if it doesn't exist.
    func openLedger(observer: @escaping Ledger.Observer) async throws -> Ledger {
        guard isPostgres else { return try await Ledger.sqlite(database, observer: observer) }
        #if Postgres
        return try await Ledger.postgres(database, observer: observer)
        #else
        throw InvalidInput(
            "FAREGATE_DATABASE is a PostgreSQL database, and this server was built without PostgreSQL; build it with: "
                + "swift build --traits Postgres"
        )
        #endif
    }
}
