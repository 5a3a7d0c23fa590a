#if Postgres
import CLibPQ
import Faregate
import Foundation

/// How to reach the database.
struct PostgresSettings: Sendable {
    /// A connection string, as `postgres://user@host/database?sslmode=verify-full`.
    /// [Connection URIs](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS)
    let address: String
    /// The schema of the ledger's tables.
    let schema: String
    /// Off for a pooler that gives each transaction another connection, unless it knows prepared statements.
    var preparesStatements = true
    /// A limit on the wait for one statement; the server ends it.
    var statementMilliseconds = 30_000
    /// A limit on the wait for a connection.
    var connectSeconds = 10
    /// For tests that drop caches.
    var cacheSize: Int?

    /// - Parameter address: the address, whose parameter `schema` names the ledger's schema; "faregate" without it.
    /// - Throws: `LedgerError` if the address is not one of PostgreSQL, or the schema's name is not allowed.
    init(address: String) throws(LedgerError) {
        guard var parts = URLComponents(string: address), ["postgres", "postgresql"].contains(parts.scheme) else {
            throw LedgerError(.notALedger, "the address of a PostgreSQL ledger begins with postgres://")
        }
        let schema = parts.queryItems?.first { $0.name == "schema" }?.value ?? "faregate"
        guard schema.wholeMatch(of: /[a-z_][a-z0-9_]{0,62}/) != nil, !schema.hasPrefix("pg_") else {
            throw LedgerError(
                .notALedger,
                """
                "\(schema)" can't be the schema of a ledger: the name has 1 to 63 lower-case letters, digits and "_", \
                and begins with neither a digit nor "pg_"
                """
            )
        }
        // libpq refuses parameters that it doesn't know.
        let query = parts.percentEncodedQueryItems?.filter { $0.name != "schema" } ?? []
        parts.percentEncodedQueryItems = query.isEmpty ? nil : query
        (self.address, self.schema) = (parts.string ?? address, schema)
    }

    /// The address without its password, for errors: host, port and database.
    var place: String {
        guard let parts = URLComponents(string: address), let host = parts.host else {
            return "the PostgreSQL database"
        }
        let name = parts.path.isEmpty ? "" : parts.path
        return "postgres://\(host)\(parts.port.map { ":\($0)" } ?? "")\(name)"
    }

    /// The name of the ledger's connections, by which `pg_stat_activity` shows them.
    var applicationName: String { "faregate \(schema)" }

    /// Nil only if libpq has no memory; otherwise the status of the connection says whether it worked.
    ///
    /// Values after `dbname` override those of the address; the time limits are only defaults, so they come first.
    func connect() -> OpaquePointer? {
        let options: [(key: String, value: String)] = [
            ("connect_timeout", "\(connectSeconds)"), ("application_name", applicationName),
            ("tcp_user_timeout", "\(min(statementMilliseconds, 30_000) + 5000)"), ("keepalives_idle", "30"),
            ("dbname", address), ("client_encoding", "UTF8"),
        ]
        var keys = options.map { UnsafePointer(strdup($0.key)) }
        var values = options.map { UnsafePointer(strdup($0.value)) }
        defer { for pointer in keys + values { free(UnsafeMutableRawPointer(mutating: pointer)) } }
        keys.append(nil)
        values.append(nil)
        return PQconnectdbParams(keys, values, 1)
    }
}
#endif
