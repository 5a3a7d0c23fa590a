#if Postgres
import Faregate
import FaregatePostgres
import Foundation

/// The PostgreSQL server of the tests: `Scripts/postgres start` prints its address.
enum Server {
    static let address = ProcessInfo.processInfo.environment["FAREGATE_TEST_POSTGRES"]

    static var isThere: Bool { address != nil }

    /// The address of a ledger in a schema of its own, which is dropped afterwards.
    static func withAddress<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let address = "\(address ?? "")?schema=test_\(UInt64.random(in: 0 ... .max))"
        let result: Result<Value, any Error>
        do { result = .success(try await body(address)) } catch { result = .failure(error) }
        try await PostgresLedger.drop(address)
        return try result.get()
    }

    /// Runs a test with a new ledger without housekeeping.
    static func withLedger<Value>(_ body: (PostgresLedger) async throws -> Value) async throws -> Value {
        try await withAddress { address in
            let ledger = try await PostgresLedger.open(address)
            let result: Result<Value, any Error>
            do { result = .success(try await body(ledger)) } catch { result = .failure(error) }
            await ledger.close()
            return try result.get()
        }
    }
}
#endif
