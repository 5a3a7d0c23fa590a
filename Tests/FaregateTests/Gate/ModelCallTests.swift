import Faregate
import TestSupport
import Testing

@Suite("Calls whose price depends on the model", .endsWhenStuck) struct ModelCallTests {
    private static let text = policy(
        #"{ "cost": { "prices": "model", "markup": "13/10" }, "hold": { "output_tokens": 2000 } }"#,
        """
        "prices": {
          "large-2": { "input_tokens": "3/1000", "cached_tokens": "3/10000", "output_tokens": "15/1000",
                       "inside": { "cached_tokens": "input_tokens" } },
          "small-2": { "input_tokens": "1/1000", "output_tokens": "4/1000" },
        }
        """
    )

    @Test("A call holds its model's price, and is settled for the reported units with the cached ones inside")
    func settled() async throws {
        try await withScene(Self.text) { scene in
            try await scene.gate.run("generate", for: "ana", attributes: ["model": "large-2"]) { call in
                #expect(call.cost == 39)
                try await scene.expect(used: 0, held: 39)
                // 200 × 3/1000 + 800 × 3/10000 + 100 × 15/1000 = 2.34, times 1.3 = 3.042
                try await call.report(["input_tokens": 1000, "cached_tokens": 800, "output_tokens": 100])
            }
            try await scene.expect(used: 4)
            try await scene.gate.run("generate", for: "ana", attributes: ["model": "small-2"]) { call in
                #expect(call.cost == 11)
            }
            try await scene.expect(used: 15)
        }
    }

    @Test("A call of an unknown model charges nothing, and its handler doesn't run", arguments: ["large-3", nil])
    func unknown(model: String?) async throws {
        try await withScene(Self.text) { scene in
            let attributes: Attributes = model.map { ["model": .string($0)] } ?? [:]
            let error = await #expect(throws: Refusal.self) {
                try await scene.gate.run("generate", for: "ana", attributes: attributes) { _ in
                    Issue.record("the handler ran")
                }
            }
            #expect(error.map { Problem($0).status } == 400)
            await #expect(throws: Refusal.self) {
                try await scene.gate.open("generate", for: "ana", attributes: attributes)
            }
            let preview = try await scene.gate.preview("generate", for: "ana", attributes: attributes)
            guard case .unknownModel(let unknown) = preview.refusal?.reason else { throw TestFailure("\(preview)") }
            #expect(unknown.model == model)
            try await scene.expect(used: 0)
            #expect(scene.events.all == ["refused", "refused"])
        }
    }

    @Test("A call of an account whose plan has a fixed price needs no model, though the gate doesn't know the plan yet")
    func otherPlan() async throws {
        let text = """
            {
              "actions": {
                "generate": { "cost": { "prices": "model" }, "rules": [{ "when": { "plan": "pro" }, "cost": 5 }] }
              },
              "prices": { "small": { "tokens": 1 } },
              "plans": { "free": { "grants": [] }, "pro": { "grants": [] } }, "defaultPlan": "free",
            }
            """
        try await withScene(text) { scene in
            let pro = try #require(scene.gate.policy.plans["pro"])
            let note = try Ledger.Note(by: "eva", reason: "test")
            try await scene.ledger.give(10, to: "ana", reference: "gift", at: newYear)
            try await scene.ledger.move("ana", to: pro, under: scene.gate.policy.planBook, note, at: newYear)
            #expect(try await scene.gate.preview("generate", for: "ana").cost == 5)
            let gate = try scene.gate()
            try await gate.run("generate", for: "ana") { call in #expect(call.cost == 5) }
            let refusal = try await gate.refusal(for: "ben")
            #expect(refusal.problem.status == 400)
        }
    }

    @Test("A standing has the price in words, and the cost of the cheapest model")
    func standing() async throws {
        try await withScene(Self.text) { scene in
            let standing = try await scene.gate.standing(of: "ana")
            let action = try #require(standing["generate"])
            #expect(action.price == "the prices of the model × 1.3" && action.modelAttribute == "model")
            #expect(action.cost == 11 && !action.isFixed && action.passes)
            try await scene.gate.run("generate", for: "ana", attributes: ["model": "large-2"]) { _ in }
            #expect(try await scene.gate.standing(of: "ana")["generate"]?.passes == true)
            try await scene.gate.run("generate", for: "ana", attributes: ["model": "small-2"]) { _ in }
            #expect(try await scene.gate.standing(of: "ana")["generate"]?.passes == false)
        }
    }

    @Test("A preview has the price of the call's model, and a refusal for a unit that no price has")
    func preview() async throws {
        try await withScene(Self.text) { scene in
            let preview = try await scene.gate.preview("generate", for: "ana", attributes: ["model": "small-2"])
            #expect(preview.cost == 11 && preview.passes)
            let invalid = try await scene.gate.preview(
                "generate", for: "ana", attributes: ["model": "small-2"], units: ["pages": 1])
            guard case .invalidInput = invalid.refusal?.reason else {
                Issue.record("not refused as invalid: \(invalid)")
                return
            }
        }
    }
}
