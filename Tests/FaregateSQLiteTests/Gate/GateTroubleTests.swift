import Faregate
import FaregateSQLite
import FaregateTesting
import Testing

/// What the gate does when the ledger or the policy changes under it.
@Suite(.timeLimit(.minutes(10))) struct GateTroubleTests {
    @Test(arguments: [true, false])
    func aChargeThatCouldNotBeClosedIsClosedOnceTheLedgerIsBack(succeeds: Bool) async throws {
        try await withGate { test in
            let path = test.ledger.path
            let fault = """
                CREATE TRIGGER fault BEFORE UPDATE OF state ON charges
                BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END
                """
            try? await test.gate.run("generate", for: "ana") { _ in
                try RawDatabase(path).execute(fault)
                if !succeeds { throw HandlerFailed() }
            }
            #expect(test.events.all == ["allowed", "left open"])
            let during = try await test.gate.balance(of: "ana")
            #expect(during.held == 10)

            try RawDatabase(path).execute("DROP TRIGGER fault")
            await test.clock.waitForSleeper()
            test.clock.advance(milliseconds: 500)
            await test.events.wait(for: 3)
            #expect(test.events.all.last == (succeeds ? "settled" : "refunded: threw"))
            let after = try await test.gate.balance(of: "ana")
            #expect(after.held == 0)
            #expect(after.remaining == (succeeds ? 40 : 50))
        }
    }

    @Test(arguments: [
        (#""per": "day""#, #""within": "24h""#), (#""within": "24h""#, #""per": "day""#),
        (#""per": "day""#, #""per": "month""#), (#""within": "1h""#, #""within": "24h""#),
    ])
    func anotherWindowUnderTheSameIDCountsForItself(before: String, after: String) async throws {
        try await withLedger { ledger in
            let clock = ManualClock(now: newYear)
            func gate(_ window: String) throws -> Gate {
                let policy = """
                    {
                      "actions": { "a": { "cost": 1, "limits": [{ "id": "quota", "max": 3, \(window) }] } },
                      "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
                      "defaultPlan": "free"
                    }
                    """
                return Gate(
                    ledger: Ledger(ledger), policies: try Policy(parsing: policy), clock: clock, settlement: .durable)
            }
            for window in [before, after, before] {
                let gate = try gate(window)
                await #expect(throws: HandlerFailed.self) {
                    try await gate.run("a", for: "ana") { _ in throw HandlerFailed() }
                }
            }
            for window in [before, after] {
                let gate = try gate(window)
                for _ in 0..<3 { try await gate.run("a", for: "ana") { _ in } }
                let refusal = await #expect(throws: Refusal.self) { try await gate.run("a", for: "ana") { _ in } }
                #expect(refusal?.problem.status == 429)
            }
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }
}
