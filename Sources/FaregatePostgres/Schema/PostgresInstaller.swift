#if Postgres
import Faregate
import FaregateBooks
import Foundation

/// Installs the ledger's schema in a database, and migrates an older one.
struct PostgresInstaller {
    let connection: PostgresConnection

    /// The oldest server whose features the schema uses.
    static let oldestServer = 140_000

    private var schema: String { connection.settings.schema }

    private static let maximumAttempts = 3

    /// Connects and installs. A connection that is lost meanwhile is made again.
    static func run(_ settings: PostgresSettings, creating: Bool) throws(SQLError) -> LedgerError? {
        for _ in 1..<maximumAttempts {
            do throws(SQLError) {
                return try PostgresInstaller(connection: try PostgresConnection(settings)).run(creating: creating)
            } catch {
                guard error.isOfConnection else { throw error }
                usleep(100_000)
            }
        }
        return try PostgresInstaller(connection: try PostgresConnection(settings)).run(creating: creating)
    }

    /// Several processes may do this at once: the first installs, and the others wait for it.
    ///
    /// - Parameter creating: whether to make the ledger if the database has none.
    /// - Returns: why the ledger can't be used; nil if it can.
    private func run(creating: Bool) throws(SQLError) -> LedgerError? {
        try connection.transaction { () throws(SQLError) in try install(creating: creating) }
    }

    /// Waits for other installations in this database until the transaction ends. "FARE" as a number.
    func lock() throws(SQLError) {
        _ = try connection.first("SELECT pg_advisory_xact_lock(?1)", Int64(0x4641_5245)) { _ in true }
    }

    func hasTable(_ name: String) throws(SQLError) -> Bool {
        try connection.integer("SELECT 1 WHERE to_regclass(?1) IS NOT NULL", "\(schema).\(name)") != nil
    }

    func install(creating: Bool) throws(SQLError) -> LedgerError? {
        guard connection.serverVersion >= PostgresInstaller.oldestServer else {
            return LedgerError(
                .unsupported,
                "\(connection.settings.place) is older than PostgreSQL 14, the oldest that Faregate supports"
            )
        }
        try lock()
        let hasSchema = try connection.integer("SELECT 1 FROM pg_namespace WHERE nspname = ?1", schema) != nil
        let tables = try connection.integer(
            "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = ?1", schema
        )
        if try !hasTable("ledger") {
            guard tables == 0 else {
                return LedgerError(
                    .notALedger,
                    "the schema \"\(schema)\" of \(connection.settings.place) has other tables; name another schema"
                )
            }
            guard creating else {
                return LedgerError(
                    .missing,
                    "\(connection.settings.place) has no ledger in the schema \"\(schema)\"; check the address"
                )
            }
            if !hasSchema { try connection.execute(script: "CREATE SCHEMA \(schema)") }
            for text in PostgresSchema.versions { try connection.execute(script: text) }
            return nil
        }
        if try hasTable("copying") {
            return LedgerError(
                .notALedger,
                "\(connection.settings.place) has an unfinished copy; run the same faregate copy again to finish it"
            )
        }
        if let moved = try MovedLedger(in: connection) { return moved.error(at: connection.settings.place) }
        guard let version = try connection.integer("SELECT version FROM ledger") else {
            throw .damaged("the table ledger is empty")
        }
        if version > PostgresSchema.version { throw .raising("newer") }
        for text in PostgresSchema.versions.dropFirst(Int(version)) { try connection.execute(script: text) }
        try connection.run("UPDATE ledger SET version = ?1 WHERE version <> ?1", PostgresSchema.version)
        return nil
    }
}
#endif
