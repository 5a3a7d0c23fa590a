#if Postgres
import Faregate
import FaregatePostgres
import TestSupport
import Testing

/// The code of the guide "Many servers on one ledger", as printed there.
@Suite("The guide to many servers", .enabled(if: Server.isThere), .endsWhenStuck) struct PostgresGuide {
    private struct Logger {
        let lines = Collected<String>()
        func warning(_ line: String) { lines.add(line) }
    }

    @Test("A server logs what needs a person")
    func watch() async throws {
        let logger = Logger()
        try await Server.withAddress { address in
            let ledger = try await Ledger.postgres(address)
            try await PostgresLedger.execute("ALTER TABLE keys SET (autovacuum_enabled = FALSE)", at: address)
            if let statistics = try await ledger.postgres?.statistics() {
                for problem in statistics.problems(at: SystemClock().now) { logger.warning("\(problem)") }
            }
            await ledger.close()
        }
        #expect(
            logger.lines.all == ["autovacuum is off for keys: turn it on with ALTER TABLE … RESET (autovacuum_enabled)"]
        )
    }
}
#endif
