import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Prices that depend on the account's plan.
@Suite("The plan that prices a call", .endsWhenStuck) struct PlanPriceTests {
    private static let text = """
        {
          "actions": {
            "chat": { "cost": 10, "rules": [{ "when": { "plan": "pro" }, "cost": 1 }] },
            "export": { "cost": 5 }
          },
          "plans": {
            "free": { "grants": [{ "credits": 50, "every": "once" }] },
            "pro": { "grants": [{ "credits": 500, "every": "once" }] }
          },
          "defaultPlan": "free"
        }
        """

    private func move(_ account: AccountID, to name: String, in scene: Scene) async throws {
        let policy = scene.gate.policy
        let plan = try #require(policy.plans[name])
        let note = try Ledger.Note(by: "test", reason: "moved")
        try await scene.ledger.move(account, to: plan, under: policy.planBook, note, at: scene.clock.now)
    }

    private func cost(_ gate: Gate, key: IdempotencyKey? = nil) async throws -> Credits {
        try await gate.run("chat", for: "ana", key: key) { $0.cost }
    }

    @Test("The account's current plan sets the price from the first call after a move")
    func theAccountsOwn() async throws {
        try await withScene(PlanPriceTests.text) { scene in
            #expect(try await cost(scene.gate) == 10)
            try await move("ana", to: "pro", in: scene)
            #expect(try await cost(scene.gate) == 1)
            #expect(try await cost(scene.gate) == 1)
            #expect(try await cost(try scene.gate()) == 1, "in another process too")
            try await move("ana", to: "free", in: scene)
            #expect(try await cost(scene.gate) == 10)
            #expect(scene.events.all.filter { $0 == "refused" }.isEmpty)
            let balance = try await scene.balance()
            #expect(balance.used == 23)
        }
    }

    @Test("A caller can't set the plan", arguments: ["pro", "free", "gold"])
    func reserved(plan: String) async throws {
        try await withScene(PlanPriceTests.text) { scene in
            for action in ["chat", "export"] {
                let attributes: Attributes = ["plan": .string(plan)]
                let refusal = await #expect(throws: Refusal.self) {
                    try await scene.gate.run(action, for: "ana", attributes: attributes) { _ in }
                }
                #expect(refusal?.problem.status == 400)
                #expect(refusal?.description.contains("a call can't set the attribute \"plan\"") == true)
            }
        }
    }

    @Test("A charge records the plan if its price depends on it")
    func explained() async throws {
        try await withScene(PlanPriceTests.text) { scene in
            try await move("ana", to: "pro", in: scene)
            for (action, plan) in [("chat", "pro"), ("export", nil)] as [(String, String?)] {
                let charge = try await scene.gate.run(action, for: "ana") { $0 }
                let explanation = try await scene.ledger.explain(charge.id)
                #expect(explanation?.attributes["plan"] == plan.map { .string($0) })
                #expect(explanation?.quoted == (plan == nil ? 5 : 1))
            }
        }
    }

    @Test("A key's repeats after a move are answered, and not charged at another price")
    func keys() async throws {
        try await withScene(PlanPriceTests.text) { scene in
            let key = try IdempotencyKey("k")
            #expect(try await cost(scene.gate, key: key) == 10)
            try await move("ana", to: "pro", in: scene)
            let refusal = await #expect(throws: Refusal.self) { try await cost(scene.gate, key: key) }
            #expect(refusal?.problem.type == "urn:faregate:problem:key-completed")
        }
    }

    @Test("An account under a policy without a default plan is priced without a plan")
    func none() async throws {
        let text = PlanPriceTests.text.replacing(#""defaultPlan": "free""#, with: #""lowBalance": 0"#)
        try await withScene(text) { scene in
            try await scene.ledger.give(20, reference: "gift")
            #expect(try await cost(scene.gate) == 10)
            try await move("bob", to: "pro", in: scene)
            let charge = try await scene.gate.run("chat", for: "bob") { $0 }
            #expect(charge.cost == 1)
        }
    }
}
