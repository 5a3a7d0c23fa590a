import Faregate
import FaregateBooks
import FaregateTesting
import TestSupport
import Testing

/// Credits that pay only for some actions, in a replay under another policy.
@Suite struct ReplayPurposeTests {
    private let always = Timestamp(rawValue: .min)..<Timestamp.never

    /// Plays calls under a policy, and replays them under another.
    private func replay(
        _ before: String, _ after: String, _ play: (Gate, ManualClock) async throws -> Void
    ) async throws -> ReplayReport.Sum {
        let (before, after) = (try Policy(parsing: before), try Policy(parsing: after))
        var total: ReplayReport.Sum?
        try await withLedger { ledger in
            let clock = ManualClock(now: newYear)
            try await play(
                Gate(ledger: Ledger(ledger), policies: before, clock: clock, settlement: .durable), clock)
            total = try await ledger.replay(always, version: "", warmUpMilliseconds: 0, under: { _ in after }).total
        }
        return try #require(total)
    }

    @Test("A call that the policy can't price takes the credits that paid for it")
    func unpriced() async throws {
        let actions = #""chat": { "cost": 5 }, "paint": { "cost": 5 }"#
        let total = try await replay(
            #"{ "actions": { "old": { "cost": 50 }, \#(actions) } }"#, #"{ "actions": { \#(actions) } }"#
        ) { gate, _ in
            try await gate.grant(60, to: "ana", as: .promotion, reference: "some", for: ["old", "chat"])
            try await gate.grant(10, to: "ana", as: .promotion, reference: "all")
            for action in ["old", "paint", "chat", "chat", "paint"] { try await gate.run(action, for: "ana") { _ in } }
        }
        #expect(total.unpriced == 1 && total.isUnchanged)
    }

    @Test("Credits that a replay spends at a higher price don't roll over, whatever they pay for")
    func rollover() async throws {
        func policy(_ cost: Int, _ purpose: String) -> String {
            """
            { "actions": { "a": { "cost": \(cost) }, "b": { "cost": 1 } },
              "plans": { "free": { "grants": [{ "credits": 20, "every": "day", "rollover": 100\(purpose) }] } },
              "defaultPlan": "free" }
            """
        }
        for purpose in ["", #", "for": ["a"]"#] {
            let total = try await replay(policy(5, purpose), policy(15, purpose)) { gate, clock in
                try await gate.run("a", for: "ana") { _ in }
                clock.advance(milliseconds: 24 * hour)
                // 35 credits, or 25 at the higher price: enough for one call instead of three.
                for _ in 1...3 { try await gate.run("a", for: "ana") { _ in } }
            }
            #expect(total.creditsBefore == 20 && total.creditsAfter == 30, "\(purpose)")
            #expect(total.newlyRefused == 2, "\(purpose)")
        }
    }
}
