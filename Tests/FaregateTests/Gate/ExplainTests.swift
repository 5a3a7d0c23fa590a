import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Explanations of a call, and of an account's state.
@Suite("Explanations of charges and refusals", .endsWhenStuck) struct ExplainTests {
    private let twoGrants = policy(
        #"{ "cost": 10, "limits": [{ "max": 3, "per": "day" }] }"#,
        grants: #"{ "credits": 5, "every": "month" }"#,
        #""lowBalance": 15"#
    )

    @Test("At most a hundred refusals of one second are recorded, and a hundred more in the next second")
    func sampled() async throws {
        try await withScene(policy(#"{ "cost": 1000 }"#), on: [.memory]) { scene in
            func recorded(of count: Int) async throws -> Int {
                var recorded = 0
                for _ in 1...count {
                    let refusal = try await scene.gate.refusal()
                    if try await scene.ledger.explain(refusal.id) != nil { recorded += 1 }
                }
                return recorded
            }
            var count = try await recorded(of: 150)
            #expect(count == 100)
            scene.clock.advance(milliseconds: 1000)
            count = try await recorded(of: 150)
            #expect(count == 100)
        }
    }

    @Test("An explained charge names the grants that paid, the rule and the limits")
    func aCharge() async throws {
        try await withScene(twoGrants) { scene in
            _ = try await scene.balance()
            try await scene.ledger.give(20, reference: "gift")
            let call = Gate.CallRequest(account: "ana", member: "mo", attributes: ["size": "large"])
            let charge = try await scene.gate.run(
                "generate",
                for: call.account,
                member: call.member,
                attributes: call.attributes
            ) { charge in
                let open = try await scene.ledger.explain(charge.id)
                #expect(open?.state == .held)
                #expect(open?.closedAt == nil)
                scene.clock.advance(milliseconds: 1500)
                return charge
            }
            let explanation = try #require(try await scene.ledger.explain(charge.id))
            #expect(explanation.account == "ana" && explanation.member == "mo" && explanation.action == "generate")
            #expect(explanation.attributes["size"] == "large")
            #expect(explanation.state == .settled)
            #expect(explanation.quoted == 10 && explanation.cost == 10)
            #expect(explanation.rule == "policy.jsonc:2:38")
            #expect(explanation.policyVersion == scene.gate.policy.version)
            #expect(explanation.payments.map(\.credits) == [5, 5])
            #expect(explanation.payments.map(\.reference) == ["plan:free:month:0", "gift"])
            #expect(explanation.limits.map(\.name) == ["generate/calls per day by account"])
            #expect(explanation.limits.map(\.windowStart) == [newYear])
            #expect(explanation.createdAt == newYear)
            #expect(explanation.closedAt == newYear.advanced(byMilliseconds: 1500))
            let unknown = try await scene.ledger.explain(ChargeID(rawValue: 999))
            #expect(unknown == nil)
        }
    }

    @Test("An explained refund gives the reason")
    func aRefund() async throws {
        try await withScene(twoGrants) { scene in
            _ = try await scene.balance()
            try await scene.ledger.give(20, reference: "gift")
            let ids = Collected<ChargeID>()
            try? await scene.gate.run("generate", for: "ana") { charge in
                ids.add(charge.id)
                throw HandlerFailed()
            }
            let explanation = try await scene.ledger.explain(ids.all[0])
            #expect(explanation?.state == .refunded)
            #expect(explanation?.reason == "threw")
            #expect(explanation?.cost == 0 && explanation?.quoted == 10)
        }
    }

    @Test("A refusal is found by the id in its problem JSON, with the time or the top-up that would have helped")
    func aRefusal() async throws {
        try await withScene(twoGrants) { scene in
            let poor = try await scene.gate.refusal()
            #expect(poor.problem.members["refusal"] == .string(poor.id.rawValue))
            let short = try #require(try await scene.ledger.explain(poor.id))
            #expect(short.kind == "insufficient-credits" && short.shortfall == 5 && short.retryAt == nil)
            #expect(short.account == "ana" && short.action == "generate")
            #expect(short.policyVersion == scene.gate.policy.version)
            #expect(short.rule == "policy.jsonc:2:38")

            try await scene.ledger.give(100, reference: "gift")
            for _ in 0..<3 { try await scene.gate.run("generate", for: "ana") { _ in } }
            let late = try await scene.gate.refusal()
            #expect(late.problem.members["refusal"] == .string(late.id.rawValue))
            let limited = try #require(try await scene.ledger.explain(late.id))
            #expect(limited.kind == "quota-exceeded" && limited.shortfall == nil)
            #expect(limited.retryAt == newYear.advanced(byMilliseconds: 24 * hour))
            #expect(limited.detail == "generate is limited to 3 calls per day; 3 used")
            let unknown = try await scene.ledger.explain(Refusal.ID.random())
            #expect(unknown == nil)
        }
    }

    @Test("A low balance is reported when it is crossed, and not again until it is crossed again")
    func lowBalance() async throws {
        let text = policy(#"{ "cost": 10 }"#, #""lowBalance": 25"#)
        try await withScene(text) { scene in
            func low() -> [String] { scene.events.all.filter { $0.hasPrefix("low") } }
            for _ in 0..<2 { try await scene.gate.run("generate", for: "ana") { _ in } }
            #expect(low() == [], "30 are left")
            try await scene.gate.run("generate", for: "ana") { _ in }
            #expect(low() == ["low balance: 20"])
            try await scene.gate.run("generate", for: "ana") { _ in }
            #expect(low() == ["low balance: 20"], "10 are left, and it was told")
            try await scene.ledger.give(20, reference: "gift")
            try await scene.gate.run("generate", for: "ana") { _ in }
            #expect(low() == ["low balance: 20", "low balance: 20"])
        }
    }

    @Test("A balance equal to the low balance is not reported as low")
    func exactlyTheLowBalance() async throws {
        try await withScene(policy(#"{ "cost": 10 }"#, #""lowBalance": 40"#)) { scene in
            try await scene.gate.run("generate", for: "ana") { _ in }
            #expect(scene.events.all == ["allowed", "settled"])
            try await scene.gate.run("generate", for: "ana") { _ in }
            #expect(scene.events.all.suffix(3) == ["allowed", "low balance: 30", "settled"])
        }
    }

    @Test("A suspended account is refused with 403 before other checks, and its held charges can be settled")
    func suspended() async throws {
        try await withScene(policy(#"{ "cost": 10, "limits": [{ "max": 1, "per": "day" }] }"#)) { scene in
            let key = try IdempotencyKey("k")
            let note = try Ledger.Note(by: "support", reason: "chargeback")
            try await scene.gate.run("generate", for: "ana", key: key) { _ in
                let isDone = try await scene.ledger.suspend("ana", note, at: newYear)
                #expect(isDone)
            }
            let balance = try await scene.balance()
            #expect(balance.used == 10)
            for key in [nil, key] {
                let refusal = try await scene.gate.refusal(key: key)
                #expect(refusal.problem.status == 403)
                #expect(refusal.problem.type == "urn:faregate:problem:account-suspended")
                let record = try await scene.ledger.explain(refusal.id)
                #expect(record?.kind == "account-suspended")
            }
            _ = try await scene.ledger.resume("ana", note, at: newYear)
            let resumed = try await scene.gate.refusal()
            #expect(resumed.problem.status == 429)
        }
    }
}
