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
        let schema = "test_\(UInt64.random(in: 0 ... .max))"
        let ledger = try await PostgresLedger.open(address ?? "", schema: schema)
        let result: Result<Value, any Error>
        do { result = .success(try await body(ledger)) } catch { result = .failure(error) }
        await ledger.close()
        try await PostgresLedger.drop(schema: schema, at: address ?? "")
        return try result.get()
    }
}
#endif
