#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import TestSupport
import Testing

/// Servers whose clocks differ.
@Suite("Servers with wrong clocks on a PostgreSQL ledger", .enabled(if: Server.isThere), .timeLimit(.minutes(10)))
struct PostgresClockTests {
    private struct WrongClock: WallClock {
        let errorSeconds: Int64

        var now: Timestamp { SystemClock().now.advanced(by: .seconds(errorSeconds)) }

        func sleep(for duration: Duration) async throws { try await SystemClock().sleep(for: duration) }
    }

    @Test("A server refunds the holds of the dead, and not of the living, whose clocks are 90 seconds ahead or behind")
    func leases() async throws {
        try await Server.withAddress { address in
            let clocks = [90, -90, 0].map { WrongClock(errorSeconds: $0) }
            var servers: [PostgresLedger] = []
            for clock in clocks { servers.append(try await PostgresLedger.open(address, clock: clock)) }
            try await servers[0].give(100, reference: "promo")
            var holds: [ChargeID] = []
            for (server, clock) in zip(servers, clocks) {
                holds.append(try await server.hold(.generate(), at: clock.now))
            }
            for server in servers { await server.performHousekeeping() }
            let later = SystemClock().now.advanced(by: .seconds(3600))
            #expect(try await servers[2].openCharges(at: later).map(\.id) == holds)

            // As if the server that is behind had died a minute ago.
            try await PostgresLedger.execute(
                "UPDATE holders SET alive_until = 0 WHERE id = (SELECT holder_id FROM charges WHERE id = \(holds[1]))",
                at: address
            )
            await servers[0].performHousekeeping()
            #expect(try await servers[2].openCharges(at: later).map(\.id) == [holds[0], holds[2]])
            for server in servers { await server.close() }
        }
    }
}
#endif
