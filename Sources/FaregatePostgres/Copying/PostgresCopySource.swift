#if Postgres
package import Faregate
package import FaregateBooks
import Foundation

/// A ledger in a PostgreSQL database that is copied into a file. No process can write to it until the copy ends.
package final class PostgresCopySource: CopySource {
    private let database: PostgresConnection

    package var connection: any SQLConnection { database }
    package var place: String { database.settings.fullPlace }

    package init(_ address: String) throws(LedgerError) {
        let settings = try PostgresSettings.forCopying(address)
        database = try settings.explaining { () throws(SQLError) in try PostgresConnection(settings) }
        let database = database
        let refusal = try settings.explaining { () throws(SQLError) in
            try PostgresInstaller.run(settings, creating: false)
        }
        if let refusal { throw refusal }
        guard try settings.explaining({ () throws(SQLError) in try database.isAlone() }) else {
            throw LedgerError(
                .busy,
                "\(settings.place) is in use by another process; stop every server that uses the ledger, then copy again"
            )
        }
        try settings.explaining { () throws(SQLError) in
            try database.begin()
            // Every write begins with a row in `batches`. Reads go on. Two copies exclude each other.
            try database.execute(
                script: """
                    SET LOCAL lock_timeout = '10s';
                    LOCK TABLE ledger, batches IN SHARE ROW EXCLUSIVE MODE;
                    """
            )
        }
    }

    /// The whole copy is one transaction.
    package func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try body()
    }

    package func columns(of table: String) throws(SQLError) -> [CopiedColumn] { try database.copiedColumns(of: table) }

    package func audit(
        _ progress: (Ledger.AuditProgress) -> Void
    ) throws(LedgerError) -> Ledger.AuditReport {
        let database = database
        return try database.settings.explaining { () throws(SQLError) in try database.auditInTransaction(progress) }
    }

    package func commit() throws(SQLError) { try database.commit() }

    package func release() { database.rollback() }
}

extension PostgresLedger {
    /// Removes the mark of a ledger that was moved to a file, so that it can be opened as it was then.
    ///
    /// - Returns: where it was moved to.
    package static func reopenMoved(_ address: String) async throws(LedgerError) -> String {
        let settings = try PostgresSettings(address: address)
        let place = try await onThread { () throws(LedgerError) in
            try settings.explaining { () throws(SQLError) in
                let connection = try PostgresConnection(settings)
                let installer = PostgresInstaller(connection: connection)
                return try connection.transaction { () throws(SQLError) -> String? in
                    try installer.lock()
                    guard try installer.hasTable("ledger"), let moved = try MovedLedger(in: connection) else {
                        return nil
                    }
                    try MovedLedger.unmark(connection)
                    return moved.place
                }
            }
        }
        guard let place else { throw MovedLedger.missing(at: settings.fullPlace) }
        return place
    }
}

extension PostgresConnection {
    /// How long the server may take to end the connections of a process that has just ended.
    private static let maximumLooks = 60

    /// Whether no other connection of Faregate to this ledger exists. A pooler can hide some; therefore the lock.
    fileprivate func isAlone() throws(SQLError) -> Bool {
        for look in 1...PostgresConnection.maximumLooks {
            let others = try integer(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = left(?1, 63) AND pid <> pg_backend_pid()
                """,
                settings.applicationName
            )
            if others == 0 { return true }
            if look < PostgresConnection.maximumLooks { usleep(50_000) }
        }
        return false
    }

    func copiedColumns(of table: String) throws(SQLError) -> [CopiedColumn] {
        try rows(
            """
            SELECT column_name, data_type FROM information_schema.columns
            WHERE table_schema = ?1 AND table_name = ?2 AND is_generated = 'NEVER' ORDER BY ordinal_position
            """,
            settings.schema, table
        ) { row throws(SQLError) in
            switch row.text(1) {
            case "bigint": CopiedColumn(row.text(0), .integer)
            case "text": CopiedColumn(row.text(0), .text)
            case "bytea": CopiedColumn(row.text(0), .bytes)
            case "boolean": CopiedColumn(row.text(0), .boolean)
            case let type: throw .inconsistent("a column of the table \(table) has the type \(type)")
            }
        }
    }
}

extension PostgresSettings {
    /// Counting the rows of a large table takes longer than any statement of a server.
    private static let copyingMilliseconds = 4 * 60 * 60 * 1000

    static func forCopying(_ address: String) throws(LedgerError) -> PostgresSettings {
        var settings = try PostgresSettings(address: address)
        settings.statementMilliseconds = copyingMilliseconds
        return settings
    }

    /// The place with its schema, if that isn't the usual one.
    var fullPlace: String { schema == "faregate" ? place : "\(place)?schema=\(schema)" }

    func explaining<Value>(_ work: () throws(SQLError) -> Value) throws(LedgerError) -> Value {
        do throws(SQLError) { return try work() } catch { throw LedgerError(error, at: place, schema: schema) }
    }
}
#endif
