#if Postgres
import Faregate
import FaregatePostgres
import Foundation

/// The PostgreSQL server of the tests: `Scripts/postgres start` prints its address.
enum Server {
    static let address = ProcessInfo.processInfo.environment["FAREGATE_TEST_POSTGRES"]

    static var isThere: Bool { address != nil }

    /// Runs a test with a new ledger in a schema of its own, without housekeeping. The schema is dropped afterwards.
    static func withLedger<Value>(_ body: (PostgresLedger) async throws -> Value) async throws -> Value {
        try await withTables { ledger, _ in try await body(ledger) }
    }

    /// Runs a test with a new ledger, and with its tables.
    static func withTables<Value>(_ body: (PostgresLedger, Tables) async throws -> Value) async throws -> Value {
        let schema = "test_\(UInt64.random(in: 0 ... .max))"
        let ledger = try await PostgresLedger.open(address ?? "", schema: schema)
        let result: Result<Value, any Error>
        do { result = .success(try await body(ledger, Tables(schema: schema))) } catch { result = .failure(error) }
        await ledger.close()
        try await PostgresLedger.drop(schema: schema, at: address ?? "")
        return try result.get()
    }

    /// The tables of a test's ledger.
    struct Tables {
        let schema: String

        /// Changes the tables as somebody does who switched the triggers and the foreign keys off.
        func tamper(_ sql: String) async throws {
            let script = "SET LOCAL session_replication_role = replica; " + sql
            try await PostgresLedger.execute(script, schema: schema, at: address ?? "")
        }
    }
}
#endif
