#if Postgres
import Faregate
import FaregateBooks
import Foundation

/// Installs the ledger's schema in a database, and migrates an older one.
struct PostgresInstaller {
    let connection: PostgresConnection

    /// The oldest version of the server that has all features that the schema uses.
    static let oldestServer = 140_000

    private var schema: String { connection.settings.schema }

    private static let maximumAttempts = 3

    /// Connects and installs. Reconnects if the connection is lost meanwhile.
    static func run(
        _ settings: PostgresSettings, creating: Bool, mayBeStandby: Bool = false
    ) throws(SQLError) -> LedgerError? {
        func once() throws(SQLError) -> LedgerError? {
            try PostgresInstaller(connection: try PostgresConnection(settings))
                .run(creating: creating, mayBeStandby: mayBeStandby)
        }
        for _ in 1..<maximumAttempts {
            do throws(SQLError) { return try once() } catch {
                guard error.isOfConnection else { throw error }
                usleep(100_000)
            }
        }
        return try once()
    }

    /// Several processes may do this at once: the first installs, and the others wait for it.
    ///
    /// - Parameters:
    ///   - creating: whether to create the ledger if the database has none.
    ///   - mayBeStandby: whether a ledger that can only be read will do.
    /// - Returns: why the ledger can't be used; nil if it can.
    private func run(creating: Bool, mayBeStandby: Bool) throws(SQLError) -> LedgerError? {
        guard connection.serverVersion >= PostgresInstaller.oldestServer else {
            return LedgerError(
                .unsupported,
                "\(connection.settings.place) is older than PostgreSQL 14, the oldest that Faregate supports"
            )
        }
        guard connection.encoding == "UTF8" else {
            return LedgerError(
                .unsupported,
                """
                the encoding of \(connection.settings.place) is \(connection.encoding), in which not every name can be \
                stored; make a database with ENCODING 'UTF8'
                """
            )
        }
        if mayBeStandby, try connection.integer("SELECT 1 WHERE pg_is_in_recovery()") != nil {
            return try connection.snapshot { () throws(SQLError) in try findOnStandby() }
        }
        return try connection.transaction { () throws(SQLError) in try install(creating: creating) }
    }

    private func findOnStandby() throws(SQLError) -> LedgerError? {
        guard try isLedger else { return missing }
        if let obstacle = try obstacle { return obstacle }
        guard try storedVersion < PostgresSchema.version else { return nil }
        return LedgerError(
            .unsupported,
            "\(connection.settings.place) is a standby with the ledger of an older Faregate; upgrade its primary first"
        )
    }

    private var isLedger: Bool {
        get throws(SQLError) { try hasTable("ledger") }
    }

    /// - Throws: if it is newer than this Faregate.
    private var storedVersion: Int64 {
        get throws(SQLError) {
            guard let version = try connection.integer("SELECT version FROM ledger") else {
                throw .damaged("the table ledger is empty")
            }
            if version > PostgresSchema.version { throw .raising("newer") }
            return version
        }
    }

    private var missing: LedgerError {
        LedgerError(
            .missing, "\(connection.settings.place) has no ledger in the schema \"\(schema)\"; check the address"
        )
    }

    /// Why a ledger that is there can't be used; nil if it can.
    private var obstacle: LedgerError? {
        get throws(SQLError) {
            let place = connection.settings.place
            if try hasTable("copying") {
                return LedgerError(
                    .notALedger, "\(place) has an unfinished copy; run the same faregate copy again to finish it"
                )
            }
            return try MovedLedger(in: connection)?.error(at: place)
        }
    }

    /// Takes a lock that lasts until the transaction ends, so that installations in this schema run one after the other.
    /// The lock's first number is "FARE" in ASCII.
    func lock() throws(SQLError) {
        _ = try connection.first("SELECT pg_advisory_xact_lock(\(0x4641_5245), hashtext(?1))", schema) { _ in true }
    }

    func hasTable(_ name: String) throws(SQLError) -> Bool {
        try connection.integer("SELECT 1 WHERE to_regclass(?1) IS NOT NULL", "\(schema).\(name)") != nil
    }

    func install(creating: Bool) throws(SQLError) -> LedgerError? {
        // Most starts find nothing to do, and wait for nobody.
        if try isLedger, try obstacle == nil, try storedVersion == PostgresSchema.version { return nil }
        try lock()
        let hasSchema = try connection.integer("SELECT 1 FROM pg_namespace WHERE nspname = ?1", schema) != nil
        let tables = try connection.integer(
            "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = ?1", schema
        )
        if try !isLedger {
            guard tables == 0 else {
                return LedgerError(
                    .notALedger,
                    "the schema \"\(schema)\" of \(connection.settings.place) has other tables; choose another schema"
                )
            }
            guard creating else { return missing }
            if !hasSchema { try connection.execute(script: "CREATE SCHEMA \(schema)") }
            for text in PostgresSchema.versions { try connection.execute(script: text) }
            return nil
        }
        if let obstacle = try obstacle { return obstacle }
        let version = try storedVersion
        for text in PostgresSchema.versions.dropFirst(Int(version)) { try connection.execute(script: text) }
        try connection.run("UPDATE ledger SET version = ?1 WHERE version <> ?1", PostgresSchema.version)
        return nil
    }
}
#endif
