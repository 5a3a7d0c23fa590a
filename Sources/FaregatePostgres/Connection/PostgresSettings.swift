#if Postgres
import CLibPQ
import Faregate
import Foundation

/// How to reach the database.
struct PostgresSettings: Sendable {
    let address: PostgresAddress
    /// The schema of the ledger's tables.
    let schema: String
    /// Off for a pooler that can give each transaction another connection, unless it supports prepared statements.
    var preparesStatements: Bool
    /// The longest time for one statement. After it, the server cancels the statement.
    var statementMilliseconds = 30_000
    /// The longest time to wait for a connection.
    var connectSeconds = 10
    /// Counts the commits of the connections; nil for connections that aren't counted.
    var counter: LaneCounter?
    /// The most entries of each cache; nil for the usual limits. Tests set it, so that caches are emptied often.
    var cacheSize: Int?

    /// - Parameter address: a connection URI. Its parameter `schema` sets the ledger's schema, by default `faregate`;
    ///   `preparing=false` turns prepared statements off.
    /// - Throws: `LedgerError` if the address is not a connection URI, or one of Faregate's parameters is not allowed.
    init(address: String) throws(LedgerError) {
        let address = try PostgresAddress(address)
        let schema = address["schema"] ?? "faregate"
        guard schema.wholeMatch(of: /[a-z_][a-z0-9_]{0,62}/) != nil, !schema.hasPrefix("pg_") else {
            throw LedgerError(
                .notALedger,
                """
                "\(schema)" can't be the schema of a ledger: the name has 1 to 63 lower-case letters, digits and "_", \
                and begins with neither a digit nor "pg_"
                """
            )
        }
        guard let preparesStatements = Bool(address["preparing"] ?? "true") else {
            throw LedgerError(.notALedger, "in the address of a ledger, preparing is true or false")
        }
        self.preparesStatements = preparesStatements
        (self.address, self.schema) = (address, schema)
    }

    /// The hosts, ports and database of the address, for errors. It contains no password.
    var place: String { address.place }

    /// `read-write` also refuses a primary whose transactions are read-only by default, where Faregate's still write.
    private static let primary = PQlibVersion() >= 140_000 ? "primary" : "read-write"

    /// The name of the ledger's connections, by which `pg_stat_activity` shows them.
    var applicationName: String { "faregate \(schema)" }

    /// Nil only if libpq is out of memory; otherwise the connection's status says whether it worked.
    ///
    /// The address (`dbname`) overrides the values before it, so these are only defaults. The values after it override
    /// the address.
    func connect() -> OpaquePointer? {
        let options: [(key: String, value: String)] = [
            ("connect_timeout", "\(connectSeconds)"), ("application_name", applicationName),
            ("tcp_user_timeout", "\(min(statementMilliseconds, 30_000) + 5000)"), ("keepalives_idle", "30"),
            // Of several hosts, use the one that takes writes. A failover changes which it is.
            ("target_session_attrs", address.hasSeveralHosts ? PostgresSettings.primary : "any"),
            ("dbname", address.uri), ("client_encoding", "UTF8"),
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
