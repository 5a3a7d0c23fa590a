#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import Testing

/// The tables that only the PostgreSQL ledger has.
@Suite("The housekeeping of a PostgreSQL ledger", .enabled(if: Server.isThere), .timeLimit(.minutes(10)))
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
}
#endif
