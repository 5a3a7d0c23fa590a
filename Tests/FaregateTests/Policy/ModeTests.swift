import Faregate
import Testing

@Suite("Modes of actions and rules")
struct ModeTests {
    private func quote(_ action: String, file: String = "", attributes: Attributes = [:]) throws -> Quote {
        try Policy(parsing: #"{ \#(file) "actions": { "a": { "cost": 10, \#(action) } } }"#)
            .quote("a", attributes: attributes)
    }

    private let limits = """
        "limits": [
          { "max": 1, "per": "day" }, { "max": 2, "per": "week", "mode": "shadow" },
          { "max": 3, "per": "month", "mode": "off" },
        ]
        """

    @Test(
        "The weaker mode of the file and the action counts",
        arguments: [
            ("enforce", "enforce", .enforce, 10, [.enforce, .shadow]), ("shadow", "enforce", .shadow, 10, nil),
            ("enforce", "shadow", .shadow, 10, nil), ("shadow", "shadow", .shadow, 10, nil),
            ("off", "shadow", .off, 0, []), ("shadow", "off", .off, 0, []), ("off", "enforce", .off, 0, []),
            ("enforce", "off", .off, 0, []),
        ] as [(String, String, Policy.Mode, Credits, [Policy.Mode]?)]
    )
    func weaker(file: String, action: String, mode: Policy.Mode, cost: Credits, limitModes: [Policy.Mode]?) throws {
        let quote = try quote(#""mode": "\#(action)", \#(limits)"#, file: #""mode": "\#(file)","#)
        #expect(quote.mode == mode)
        #expect(quote.cost == cost)
        #expect(quote.limits.map(\.mode) == limitModes ?? [.shadow, .shadow])
    }

    @Test(
        "A rule's mode decides whether it sets the price",
        arguments: [
            ("enforce", "enforce", 20, nil), ("shadow", "enforce", 30, 20), ("off", "enforce", 30, nil),
            ("shadow", "shadow", 10, 20), ("off", "shadow", 10, 30), ("off", "off", 10, nil),
        ] as [(String, String, Credits, Credits?)]
    )
    func rules(first: String, second: String, cost: Credits, shadowed: Credits?) throws {
        let rules = """
            "rules": [
              { "when": { "size": "small" }, "cost": 5, "mode": "shadow" },
              { "when": { "size": "large" }, "cost": 20, "mode": "\(first)" },
              { "when": { "size": ["large", "huge"] }, "cost": 30, "mode": "\(second)" },
            ]
            """
        let quote = try quote(rules, attributes: ["size": "large"])
        #expect(quote.cost == cost)
        #expect(quote.shadowed?.cost == shadowed)
        #expect(quote.shadowed.map { $0.rule != quote.rule } ?? true)
    }

    @Test("A call of an action that is off costs nothing, whatever its units; only impossible amounts are refused")
    func offByUsage() throws {
        let policy = try Policy(
            parsing: #"{ "mode": "off", "actions": { "a": { "cost": { "units": { "u": 1 } }, "hold": { "u": 5 } } } }"#
        )
        #expect(try policy.quote("a").cost == 0)
        #expect(try policy.quote("a", units: ["u": 9]).cost == 0)
        let unknown = try policy.quote("a", units: ["v": 9])
        #expect(unknown.cost == 0 && unknown.shadowRefusal == nil)
        #expect(throws: InvalidInput.self) { try policy.quote("a", units: ["u": -1]) }
    }

    @Test("In shadow mode the price of the caller's units is computed, and refuses nobody")
    func shadowByUsage() throws {
        let policy = try Policy(
            parsing: """
                { "actions": { "a": {
                  "cost": 1,
                  "rules": [{ "when": { "new": true }, "cost": { "units": { "u": 3 } }, "mode": "shadow" }],
                } } }
                """
        )
        let quote = try policy.quote("a", attributes: ["new": true], units: ["u": 4])
        #expect(quote.cost == 1)
        #expect(quote.shadowed?.cost == 12)
        let absurd = try policy.quote("a", attributes: ["new": true], units: ["u": Credits.max.rawValue])
        #expect(absurd.cost == 1)
        #expect(absurd.shadowed?.cost == .max)
    }

    @Test("Modes are ordered from the weakest to the strongest")
    func order() {
        #expect(Policy.Mode.allCases.sorted() == [.off, .shadow, .enforce])
    }
}
