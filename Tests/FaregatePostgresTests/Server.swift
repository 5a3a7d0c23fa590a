#if Postgres
import Faregate
import FaregatePostgres
import Foundation

/// The PostgreSQL server of the tests: `Scripts/postgres start` prints its address.
enum Server {
    static let address = ProcessInfo.processInfo.environment["FAREGATE_TEST_POSTGRES"]

    static var isThere: Bool { address != nil }

    /// A standby of that server: `Scripts/postgres standby` prints its address.
    static let standby = ProcessInfo.processInfo.environment["FAREGATE_TEST_STANDBY"]
        .flatMap { $0.isEmpty ? nil : $0 }

    /// The address of a ledger in a schema of its own, which is dropped afterwards.
    static func withAddress<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let address = "\(address ?? "")?schema=test_\(UInt64.random(in: 0 ... .max))"
        let result: Result<Value, any Error>
        do { result = .success(try await body(address)) } catch { result = .failure(error) }
        let dropped: Result<Void, any Error>
        do { dropped = .success(try await PostgresLedger.drop(address)) } catch { dropped = .failure(error) }
        let value = try result.get()
        try dropped.get()
        return value
    }

    /// Runs a test with a new ledger without housekeeping.
    static func withLedger<Value>(_ body: (PostgresLedger) async throws -> Value) async throws -> Value {
        try await withTables { ledger, _ in try await body(ledger) }
    }

    /// Runs a test with a new ledger, and with its tables.
    static func withTables<Value>(_ body: (PostgresLedger, Tables) async throws -> Value) async throws -> Value {
        try await withAddress { address in
            let ledger = try await PostgresLedger.open(address)
            let result: Result<Value, any Error>
            do { result = .success(try await body(ledger, Tables(address: address))) } catch {
                result = .failure(error)
            }
            await ledger.close()
            return try result.get()
        }
    }

    /// The tables of a test's ledger.
    struct Tables {
        let address: String

        /// Changes the tables as somebody does who switched the triggers and the foreign keys off.
        func tamper(_ sql: String) async throws {
            let script = "SET LOCAL session_replication_role = replica; " + sql
            try await PostgresLedger.execute(script, at: address)
        }
    }
}
#endif
