#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import TestSupport
import Testing

/// Servers whose clocks differ.
@Suite("Servers with wrong clocks on a PostgreSQL ledger", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresClockTests {
    private struct WrongClock: WallClock {
        let errorSeconds: Int64

        var now: Timestamp { SystemClock().now.advanced(by: .seconds(errorSeconds)) }

        func sleep(for duration: Duration) async throws { try await SystemClock().sleep(for: duration) }
    }

    @Test("A server refunds only the holds of dead servers, even if clocks are 90 seconds ahead or behind")
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

    private static let midnight = newYear.advanced(by: .seconds(86_400))

    private static func day(_ from: Timestamp) -> LimitCheck.Window {
        .calendar(from: from, until: from.advanced(by: .seconds(86_400)))
    }

    /// The window of the server that is ahead, and of the one that is 90 seconds behind it.
    static let windows: [(ahead: LimitCheck.Window, behind: LimitCheck.Window)] = [
        (ahead: day(midnight), behind: day(newYear)),
        (ahead: .rolling(milliseconds: 3_600_000), behind: .rolling(milliseconds: 3_600_000)),
    ]

    @Test("A limit that is full for a server is full for a server whose clock is 90 seconds behind", arguments: windows)
    func limits(ahead: LimitCheck.Window, behind: LimitCheck.Window) async throws {
        try await Server.withAddress { address in
            let server = try await PostgresLedger.open(address)
            let other = try await PostgresLedger.open(address)
            try await server.give(100, reference: "promo")
            let now = PostgresClockTests.midnight.advanced(by: .seconds(30))
            let earlier = now.advanced(by: .seconds(-90))
            _ = try await other.hold(.generate(limits: [PostgresClockTests.limit(behind)]), at: earlier)
            for _ in 1...2 { _ = try await server.hold(.generate(limits: [PostgresClockTests.limit(ahead)]), at: now) }
            let decision = try await other.charge(
                .generate(limits: [PostgresClockTests.limit(behind)]), at: earlier
            )
            guard case .refused(.limit) = decision else { throw TestFailure("not refused: \(decision)") }
            await server.close()
            await other.close()
        }
    }

    private static func limit(_ window: LimitCheck.Window) -> LimitCheck {
        LimitCheck(
            name: "calls", counter: "calls", max: window.lengthMilliseconds == nil ? 2 : 3, window: window,
            givesBack: true)
    }
}
#endif
