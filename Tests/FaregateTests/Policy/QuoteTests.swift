import Faregate
import Testing

@Suite("A quote")
struct QuoteTests {
    private let policy: Policy

    init() throws {
        policy = try Policy(
            parsing: """
                {
                  "actions": {
                    "generate": {
                      "cost": 10,
                      "rules": [
                        { "when": { "model": "draft", "steps": { "below": 20 } }, "cost": 3 },
                        { "when": { "model": ["draft", "sketch"] }, "cost": 4 },
                        { "when": { "plan": ["pro", "team"] }, "cost": 8 },
                        { "when": { "steps": { "above": 50, "below": 100 } }, "cost": 25 },
                        { "when": { "fast": true }, "cost": 30 },
                        { "when": { "size": 1024 }, "cost": 0 },
                      ],
                    },
                    "generate-video": { "cost": 90 },
                  },
                  "plans": { "pro": {}, "team": {} },
                }
                """
        )
    }

    @Test(
        "A quote has the price of the first matching rule, or else the action's own",
        arguments: [
            ([:], 10, 4), (["model": "draft"], 4, 7), (["model": "draft", "steps": 19], 3, 6),
            (["model": "draft", "steps": 20], 4, 7), (["model": "sketch", "plan": "pro"], 4, 7),
            (["plan": "team"], 8, 8), (["plan": "free"], 10, 4), (["steps": 50], 10, 4), (["steps": 50.5], 25, 9),
            (["steps": 99], 25, 9), (["steps": 100], 10, 4), (["steps": "60"], 10, 4), (["fast": true], 30, 10),
            (["fast": false], 10, 4), (["fast": "true"], 10, 4), (["size": 1024.0], 0, 11), (["size": "1024"], 10, 4),
        ] as [(Attributes, Credits, Int)]
    )
    func rules(attributes: Attributes, cost: Credits, line: Int) throws {
        let quote = try policy.quote("generate", attributes: attributes)
        #expect(quote.cost == cost)
        #expect(quote.rule.line == line)
        #expect(quote.policyVersion == policy.version)
    }

    @Test("A quote of an unknown action throws an error that names the nearest action")
    func unknown() {
        let near = #expect(throws: Gate.UnknownAction.self) { try policy.quote("genrate") }
        #expect(near?.nearest == "generate")
        let far = #expect(throws: Gate.UnknownAction.self) { try policy.quote("chat") }
        #expect(far?.nearest == nil)
    }
}
