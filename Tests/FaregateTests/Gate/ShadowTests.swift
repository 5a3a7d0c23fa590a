import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Rules in shadow mode, or switched off.
@Suite("Limits, rules and actions in shadow mode", .endsWhenStuck) struct ShadowTests {
    @Test("A limit in shadow mode refuses nobody, counts, and reports the calls that it would have refused")
    func aLimit() async throws {
        let text = policy(
            """
            { "cost": 1, "limits": [
                { "max": 2, "per": "day", "mode": "shadow" },
                { "max": 1, "within": "1h", "mode": "shadow" },
                { "max": 1, "per": "week", "mode": "off" },
                { "max": 4, "per": "month" }
            ] }
            """
        )
        try await withScene(text) { scene in
            for _ in 0..<4 { try await scene.gate.run("generate", for: "ana") { _ in } }
            let (day, hour) = ("calls per day by account", "calls within 1h by account")
            #expect(
                scene.events.all == [
                    "allowed", "settled",
                    "allowed", "shadowed: \(hour)", "settled",
                    "allowed", "shadowed: \(day), \(hour)", "settled",
                    "allowed", "shadowed: \(day), \(hour)", "settled",
                ]
            )
            let refusal = try await scene.gate.refusal()
            #expect(refusal.description == "generate is limited to 4 calls per month; 4 used")

            // When it is enforced later, its count includes the calls from shadow mode.
            let enforced = try scene.gate(
                under: policy(#"{ "cost": 1, "limits": [{ "max": 2, "per": "day" }] }"#)
            )
            let later = try await enforced.refusal()
            #expect(later.problem.members["used"] == 4)
        }
    }

    @Test("A limit in shadow mode has its own count beside an enforced limit of the same calls")
    func aTwin() async throws {
        let both = policy(
            """
            { "cost": 1, "limits": [
                { "max": 1, "per": "day", "mode": "shadow" }, { "max": 3, "per": "day" },
                { "max": 9, "per": "day", "mode": "off" }
            ] }
            """
        )
        try await withScene(policy(#"{ "cost": 1, "limits": [{ "max": 3, "per": "day" }] }"#)) { scene in
            try await scene.gate.run("generate", for: "ana") { _ in }
            let tried = try scene.gate(under: both)
            for _ in 0..<2 { try await tried.run("generate", for: "ana") { _ in } }
            let twin = "calls per day by account (shadow)"
            #expect(
                scene.events.all == [
                    "allowed", "settled", "allowed", "settled", "allowed", "shadowed: \(twin)", "settled",
                ]
            )
            let refusal = try await tried.refusal()
            #expect(refusal.description == "generate is limited to 3 calls per day; 3 used")
            let limits = try await tried.standing(of: "ana")["generate"]?.limits
            #expect(limits?.map(\.name) == [twin, "calls per day by account"])
            #expect(limits?.map(\.used) == [2, 3])

            // Once it is the only one and enforced, it goes on with the count of the enforced one.
            let stricter = try scene.gate(under: policy(#"{ "cost": 1, "limits": [{ "max": 1, "per": "day" }] }"#))
            let later = try await stricter.refusal()
            #expect(later.problem.members["used"] == 3)
        }
    }

    @Test("A rule in shadow mode sets no price, and is recorded with the charge")
    func aRule() async throws {
        let text = policy(
            """
            { "cost": 10, "rules": [
                { "when": { "size": "large" }, "cost": 45, "mode": "shadow" },
                { "when": { "size": "small" }, "cost": 1, "mode": "off" }
            ] }
            """
        )
        try await withScene(text) { scene in
            let large = try await scene.gate.run("generate", for: "ana", attributes: ["size": "large"]) { $0 }
            let small = try await scene.gate.run("generate", for: "ana", attributes: ["size": "small"]) { $0 }
            #expect(large.cost == 10 && small.cost == 10)
            let explanations = [
                try await scene.ledger.explain(large.id), try await scene.ledger.explain(small.id),
            ]
            #expect(explanations[0]?.shadow == "the rule in shadow mode at policy.jsonc:3:5 would cost 45")
            #expect(explanations[1]?.shadow == nil)
        }
    }

    @Test(
        "An action in shadow mode charges and refuses nobody, and records its price",
        arguments: [
            policy(#"{ "cost": 40, "limits": [{ "max": 1, "per": "day" }], "mode": "shadow" }"#),
            policy(#"{ "cost": 40, "limits": [{ "max": 1, "per": "day" }] }"#, #""mode": "shadow""#),
        ]
    )
    func anAction(text: String) async throws {
        try await withScene(text) { scene in
            for _ in 0..<3 { try await scene.gate.run("generate", for: "ana") { _ in } }
            let charge = try await scene.gate.run("generate", for: "ana") { $0 }
            #expect(charge.cost == 0)
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
            let explanation = try await scene.ledger.explain(charge.id)
            #expect(explanation?.shadow == "in shadow mode: would cost 40")
            #expect(explanation?.state == .settled)
            #expect(scene.events.all.suffix(3) == ["allowed", "shadowed: calls per day by account", "settled"])
        }
    }

    @Test("A metered call in shadow mode costs nothing either")
    func meteredInShadowMode() async throws {
        let text = policy(#"{ "cost": { "base": 1, "units": { "tokens": 1 } }, "mode": "shadow" }"#)
        try await withScene(text) { scene in
            try await scene.gate.run("generate", for: "ana") { charge in
                let metering = try await charge.report(["tokens": 1000])
                #expect(!metering.isExhausted)
            }
            let balance = try await scene.balance()
            #expect(balance == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
        }
    }

    @Test(
        "An action that is off has no charge, no count and no refusal",
        arguments: [
            policy(#"{ "cost": 40, "limits": [{ "max": 1, "per": "day" }], "mode": "off" }"#),
            policy(#"{ "cost": 40, "limits": [{ "max": 1, "per": "day" }] }"#, #""mode": "off""#),
        ]
    )
    func off(text: String) async throws {
        try await withScene(text) { scene in
            for _ in 0..<3 { try await scene.gate.run("generate", for: "ana") { _ in } }
            await #expect(throws: HandlerFailed.self) {
                try await scene.gate.run("generate", for: "ana") { _ in throw HandlerFailed() }
            }
            #expect(scene.events.all == [])
            let balance = try await scene.ledger.balance(of: "ana", at: newYear)
            #expect(balance == nil, "the ledger has not heard of the account")
        }
    }
}
