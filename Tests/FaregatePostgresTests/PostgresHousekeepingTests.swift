#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import TestSupport
import Testing

/// The tables that only the PostgreSQL ledger has.
@Suite("The housekeeping of a PostgreSQL ledger", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresHousekeepingTests {
    @Test("Housekeeping deletes the ids of batches that are older than an hour")
    func batches() async throws {
        try await Server.withTables { ledger, tables in
            let now = SystemClock().now
            let minute: Int64 = 60_000
            try await tables.tamper(
                """
                INSERT INTO batches (id, at) VALUES (-1, \(now.rawValue - 61 * minute)), (-2, \(now.rawValue - 59 * minute))
                """
            )
            await ledger.performHousekeeping(at: now)
            let left = try await ledger.read { database throws(SQLError) in
                try database.rows("SELECT id FROM batches WHERE id < 0") { $0.integer(0) }
            }
            #expect(left == [-2])
        }
    }

    @Test("After a promotion the numbers of lost charges are not used again, by any of several servers")
    func timeline() async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.give(100, reference: "start")
            func charge(on ledger: PostgresLedger) async throws -> Int64 {
                guard case .held(let id, _, _) = try await ledger.charge(.generate(), at: newYear) else {
                    throw TestFailure("not held")
                }
                return id.rawValue
            }
            let first = try await charge(on: ledger)
            try await tables.tamper("UPDATE ledger SET timeline = '0000ABCD'")
            let servers = [
                try await PostgresLedger.open(tables.address), try await PostgresLedger.open(tables.address),
            ]
            var numbers: [Int64] = []
            for server in servers { numbers.append(try await charge(on: server)) }
            #expect(numbers.allSatisfy { (1_000_000 + first...1_000_100 + first).contains($0) }, "\(numbers)")
            for server in servers { await server.close() }
        }
    }

    @Test("Housekeeping deletes the hits that have left a rolling window, then the counters that have ended")
    func hits() async throws {
        try await Server.withLedger { ledger in
            try await ledger.keepBooks()
            #expect(try await count("counter_hits", in: ledger) > 0)
            await ledger.performHousekeeping(at: SystemClock().now.advanced(by: .seconds(10 * 366 * 86_400)))
            #expect(try await count("counter_hits", in: ledger) == 0)
            #expect(try await count("counters", in: ledger) == 0)
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == [])
        }
    }

    private func count(_ table: String, in ledger: PostgresLedger) async throws -> Int64 {
        try await ledger.read { database throws(SQLError) in
            try database.integer("SELECT count(*) FROM \(table)") ?? -1
        }
    }
}
#endif
