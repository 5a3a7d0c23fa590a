import Faregate
import FaregateTesting
import TestSupport
import Testing

/// The gate's behaviour when the ledger fails or the policy changes.
@Suite("Failures while a gate closes calls", .endsWhenStuck) struct GateTroubleTests {
    @Test("A charge that can't be closed is closed when the ledger is reachable again", arguments: [true, false])
    func aChargeThatCouldNotBeClosed(succeeds: Bool) async throws {
        try await withScene(policy(#"{ "cost": 10 }"#)) { scene in
            let failing = FailingLedger(scene.ledger)
            try? await scene.gate(on: failing).run("generate", for: "ana") { _ in
                failing.isOutOfReach = true
                if !succeeds { throw HandlerFailed() }
            }
            #expect(scene.events.all == ["allowed", "left open"])
            let during = try await scene.balance()
            #expect(during.held == 10)

            failing.isOutOfReach = false
            await scene.clock.waitForSleeper()
            scene.clock.advance(milliseconds: 500)
            await scene.events.wait(for: 3)
            #expect(scene.events.all.last == (succeeds ? "settled" : "refunded: threw"))
            let after = try await scene.balance()
            #expect(after.held == 0)
            #expect(after.remaining == (succeeds ? 40 : 50))
        }
    }

    @Test(
        "A limit with another window under the same id has its own count",
        arguments: [
            (#""per": "day""#, #""within": "24h""#), (#""within": "24h""#, #""per": "day""#),
            (#""per": "day""#, #""per": "month""#), (#""within": "1h""#, #""within": "24h""#),
        ])
    func anotherWindow(before: String, after: String) async throws {
        try await withScene(policy(#"{ "cost": 1 }"#)) { scene in
            func gate(_ window: String) throws -> Gate {
                let policy = """
                    {
                      "actions": { "a": { "cost": 1, "limits": [{ "id": "quota", "max": 3, \(window) }] } },
                      "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
                      "defaultPlan": "free"
                    }
                    """
                return try scene.gate(under: policy)
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
        }
    }
}
