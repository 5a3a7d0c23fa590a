import Faregate
import FaregateTesting
import TestSupport
import Testing

/// Calls that the policy in force can't price.
@Suite("Calls without a price", .endsWhenStuck) struct UnpricedCallTests {
    private static let text = policy(
        #"{ "cost": { "prices": "model" }, "hold": { "tokens": 10 } }"#,
        #""prices": { "large": { "tokens": 1 }, "small": { "tokens": "1/2" } }"#
    )
    /// Policies that can't price a call of the model "large" with the unit "tokens".
    private static let laterTexts = [
        "the model is gone": policy(
            #"{ "cost": { "prices": "model" } }"#, #""prices": { "small": { "tokens": "1/2" } }"#),
        "the unit is gone": policy(#"{ "cost": 3 }"#),
        "the action is gone": #"{ "actions": { "chat": { "cost": 1 } } }"#,
        "the action has another name": #"{ "actions": { "draw": { "cost": 1 } } }"#,
        "the cost is too high": policy(#"{ "cost": { "units": { "tokens": 9007199254740991 } } }"#),
        "the action is off": policy(#"{ "cost": 3, "mode": "off" }"#),
    ]

    private func call(_ gate: Gate, key: String? = "k", model: String = "large") async throws -> Int {
        try await gate.run(
            "generate", for: "ana", attributes: ["model": .string(model)], units: ["tokens": 20],
            key: try key.map { try IdempotencyKey($0) }, storing: .json
        ) { _ in 1 }
    }

    private func refusal(_ gate: Gate, key: String? = "k", model: String = "large") async throws -> Refusal {
        let error = await #expect(throws: Refusal.self) { try await call(gate, key: key, model: model) }
        return try #require(error)
    }

    @Test(
        "A finished call is answered under its key, whatever the policy says now", arguments: laterTexts.keys.sorted())
    func answered(change: String) async throws {
        try await withScene(Self.text) { scene in
            #expect(try await call(scene.gate) == 1)
            let later = try scene.gate(under: Self.laterTexts[change])
            let answer = try await later.run(
                "generate", for: "ana", attributes: ["model": "large"], units: ["tokens": 20],
                key: try IdempotencyKey("k"), storing: .json
            ) { _ in
                Issue.record("the handler ran again")
                return 2
            }
            #expect(answer == 1)
            #expect(scene.events.all == ["allowed", "settled", "repeated"])
            #expect(try await refusal(later, model: "small").problem.status == 422)
            try await scene.expect(used: 20)
            await #expect(throws: (any Error).self) {
                if change != "the action is off" { _ = try await call(later, key: "another") }
                throw TestFailure("an action that is off refuses nobody")
            }
        }
    }

    @Test("The preview of a call without a price, under a used key, predicts the refusal of a repeat")
    func preview() async throws {
        try await withScene(Self.text) { scene in
            _ = try await call(scene.gate)
            for change in ["the model is gone", "the unit is gone", "the cost is too high", "the action is off"] {
                let later = try scene.gate(under: Self.laterTexts[change])
                let preview = try await later.preview(
                    "generate", for: "ana", attributes: ["model": "large"], units: ["tokens": 20],
                    key: try IdempotencyKey("k"))
                guard case .keyCompleted = preview.refusal?.reason else { throw TestFailure("\(preview)") }
            }
        }
    }

    @Test("A suspended account is refused before its key and before an unknown model")
    func suspended() async throws {
        try await withScene(Self.text) { scene in
            _ = try await call(scene.gate)
            let note = try Ledger.Note(by: "eva", reason: "test")
            _ = try await scene.ledger.suspend("ana", note, at: newYear)
            let later = try scene.gate(under: Self.laterTexts["the model is gone"])
            #expect(try await refusal(later).problem.status == 403)
            #expect(try await refusal(later, key: nil).problem.status == 403)
        }
    }

    @Test("Input that no policy would accept is refused before the account and the key are looked up")
    func invalid() async throws {
        try await withScene(Self.text) { scene in
            let failing = FailingLedger(scene.ledger)
            failing.isOutOfReach = true
            let gate = scene.gate(on: failing)
            for (attributes, units) in [(["plan": "pro"], [:]), ([:], ["tokens": -1])] as [(Attributes, Units)] {
                let error = await #expect(throws: Refusal.self) {
                    try await gate.run(
                        "generate", for: "ana", attributes: attributes, units: units, key: try IdempotencyKey("k")
                    ) { _ in }
                }
                #expect(error?.problem.type == "urn:faregate:problem:invalid-input")
            }
        }
    }

    @Test("While the ledger is out of reach, a call with a key isn't refused as unknown: it may have been made before")
    func outage() async throws {
        try await withScene(Self.text) { scene in
            let failing = FailingLedger(scene.ledger)
            failing.isOutOfReach = true
            let gate = scene.gate(on: failing)
            #expect(try await refusal(gate, model: "huge").problem.status == 503)
            #expect(try await refusal(gate, key: nil, model: "huge").problem.status == 400)
            let off = scene.gate(on: failing, under: try Policy(parsing: policy(#"{ "cost": 3, "mode": "off" }"#)))
            #expect(try await call(off) == 1)
        }
    }

    @Test("An unknown model is refused, recorded with the similar name, and reported as an event")
    func unknownModel() async throws {
        try await withScene(Self.text) { scene in
            let refusal = try await refusal(scene.gate, key: nil, model: "larger")
            #expect(refusal.problem.status == 400 && refusal.problem.type == "urn:faregate:problem:unknown-model")
            #expect(refusal.problem.detail == #"there is no price for the model "larger""#)
            #expect(refusal.problem.members["refusal"] == .string(refusal.id.rawValue))
            let record = try #require(try await scene.ledger.explain(refusal.id))
            #expect(record.kind == "unknown-model" && record.rule?.contains(":2:") == true)
            #expect(record.detail == #"the price list has no model "larger"; did you mean "large"?"#)
            #expect(record.policyVersion == scene.gate.policy.version && record.attributes["model"] == "larger")
            #expect(scene.events.all == ["refused"])
            try await scene.expect(used: 0)
        }
    }

    @Test("In shadow mode an unknown model and an unknown unit refuse nobody, and are recorded")
    func shadow() async throws {
        let text = Self.text.replacing(#""cost": { "#, with: #""mode": "shadow", "cost": { "#)
        try await withScene(text) { scene in
            let ids = Collected<ChargeID>()
            for (model, unit) in [("huge", "tokens"), ("small", "pages")] {
                try await scene.gate.run(
                    "generate", for: "ana", attributes: ["model": .string(model)], units: [unit: 2]
                ) { call in
                    ids.add(call.id)
                    try await call.report([unit: 2, "words": 9])
                }
            }
            let missing = [
                #"the price list has no model "huge"; add it to "prices" in the policy files"#,
                #"there is no price for the unit "pages""#,
            ]
            #expect(scene.events.all == missing.flatMap { ["allowed", "shadowed: \($0)", "settled"] })
            for (id, reason) in zip(ids.all, missing) {
                let note = try #require(try await scene.ledger.explain(id)?.shadow)
                #expect(note.hasSuffix(" would refuse: \(reason)"))
                let parsed = ShadowNote(parsing: note)
                #expect(parsed.refusal?.reason == reason && parsed.refusal?.place.contains(":2:") == true)
                #expect(parsed.enforced == nil && parsed.rule == nil)
            }
            try await scene.expect(used: 0)
        }
    }

    @Test("A shadow note is parsed into the rule's cost and the reason of a refusal")
    func notes() {
        let rule = "the rule in shadow mode at a b.jsonc:3:9 would cost 25"
        let reason = #"no model "x; the rule in shadow mode at b:1:1 would cost 5""#
        let note = ShadowNote(
            parsing:
                "in shadow mode: would cost 4; \(rule); the price in shadow mode at c d:12:7 would refuse: \(reason)")
        #expect(note.enforced == 4 && note.rule?.place == "a b.jsonc:3:9" && note.rule?.cost == 25)
        #expect(note.refusal?.place == "c d:12:7" && note.refusal?.reason == reason)
        let refusal = ShadowNote(parsing: "the price in shadow mode at c:12:7 would refuse: \(reason)")
        #expect(refusal.enforced == nil && refusal.rule == nil && refusal.refusal?.reason == reason)
        let price = ShadowNote(parsing: "in shadow mode: would cost 4; \(rule)")
        #expect(price.enforced == 4 && price.rule?.cost == 25 && price.refusal == nil)
    }
}
