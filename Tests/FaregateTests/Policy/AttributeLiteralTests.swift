import Faregate
import FaregateTesting
import Testing

@Suite("Attributes written as literals")
struct AttributeLiteralTests {
    @Test("An interpolated literal is a text, whatever values it contains")
    func interpolated() {
        let name = "large"
        let attributes: Attributes = [
            "model": "\(name)-v2", "steps": "\(60)", "isLast": "\(true)", "empty": "\("")", "number": 60, "truth": true,
        ]
        #expect(attributes["model"] == .string("large-v2"))
        #expect(attributes["steps"] == .string("60"))
        #expect(attributes["isLast"] == .string("true"))
        #expect(attributes["empty"] == .string(""))
        #expect(attributes["number"] == .number(60))
        #expect(attributes["truth"] == .boolean(true))
    }

    @Test("A price rule matches an interpolated text, and a text that looks like a rule stays text")
    func priced() throws {
        let policy = try Policy(
            parsing:
                #"{ "actions": { "a": { "cost": 1, "rules": [{ "when": { "model": "large-v2" }, "cost": 7 }] } } }"#
        )
        let version = 2
        #expect(try policy.quote("a", attributes: ["model": "large-v\(version)"]).cost == 7)
        let hostile = #"large-v2", "cost": 0, "x": ""#
        #expect(try policy.quote("a", attributes: ["model": "\(hostile)"]).cost == 1)
    }

    @Test("An interpolated text of more than 255 bytes is refused, and nothing is charged")
    func tooLong() async throws {
        let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 0 } } }"#)
        let gate = Gate(ledger: Ledger(MemoryLedger()), policies: policy, clock: ManualClock())
        let fits = String(repeating: "x", count: 254)
        try await gate.run("a", for: "ana", attributes: ["model": "\(fits)y"]) { _ in }
        let refusal = try await #require(throws: Refusal.self) {
            try await gate.run("a", for: "ana", attributes: ["model": "\(fits)é"]) { _ in }
        }
        #expect(Problem(refusal).status == 400)
    }
}

@Suite("Values that are refused")
struct RefusedValueTests {
    @Test("A value from outside is refused with a reason, and doesn't stop the program")
    func outside() throws {
        let text = "a\nb"
        let error = #expect(throws: InvalidInput.self) { try AccountID(text) }
        #expect(error?.description == "an account id can't contain control characters")
        let beyond: Int64 = 9_007_199_254_740_992
        for value in [beyond, -beyond, .max, .min] {
            #expect(throws: InvalidInput.self) { try Credits(value) }
        }
        #expect(try Credits(beyond - 1) == .max)
        #expect(try Credits(1 - beyond).rawValue == -Credits.max.rawValue)
    }
}
