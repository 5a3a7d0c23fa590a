#if Postgres
import Faregate
import FaregateBooks
import Foundation

extension PostgresConnection {
    /// The maximum number of tries, with pauses of 50 ms: the server may take up to 3 seconds to end the connections of
    /// a process that has just ended.
    private static let maximumLooks = 60

    /// Whether no other connection of Faregate to this ledger exists. A pooler can hide some, so a copy also locks the
    /// tables: see ``PostgresCopySource``.
    func isAlone() throws(SQLError) -> Bool {
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
