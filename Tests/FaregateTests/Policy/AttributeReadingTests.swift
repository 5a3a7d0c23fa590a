import Faregate
import Testing

@Suite("Attributes given as text")
struct AttributeReadingTests {
    private func action(_ conditions: String...) throws -> Policy.Action {
        let rules = conditions.map { #"{ "when": \#($0), "cost": 2 }"# }.joined(separator: ", ")
        let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 1, "rules": [\#(rules)] } } }"#)
        return try #require(policy.actions["a"])
    }

    @Test(
        "An attribute is read as the type that the rules compare",
        arguments: [
            (#"{ "x": "01234" }"#, "01234", .string("01234")),
            (#"{ "y": 5 }"#, "01234", .string("01234")),
            (#"{ "x": 1234 }"#, "1234", 1234), (#"{ "x": { "above": 50 } }"#, "60.5", 60.5),
            (#"{ "x": [true, 7] }"#, "true", true), (#"{ "x": [true, 7] }"#, "7", 7),
            (#"{ "x": true }"#, "yes", "yes"), (#"{ "x": { "below": 3 } }"#, "many", "many"),
            (#"{ "x": "true" }"#, "true", "true"), (#"{ "x": "5" }"#, "5", "5"),
            (#"{ "x": 5 }"#, "nan", "nan"), (#"{ "x": 5 }"#, "inf", "inf"), (#"{ "x": 5 }"#, "0x5", "0x5"),
            (#"{ "x": ["5", 6] }"#, "5", "5"), (#"{ "x": ["5", 6] }"#, "6", 6),
        ] as [(String, String, AttributeValue)]
    )
    func kinds(condition: String, text: String, value: AttributeValue) throws {
        #expect(try action(condition).attributes(reading: ["x": text]) == ["x": value])
    }

    @Test("An attribute that equals a rule's text stays text, even if another rule compares a number")
    func both() throws {
        for rules in [
            [#"{ "x": "5" }"#, #"{ "x": { "above": 2 } }"#], [#"{ "x": { "above": 2 } }"#, #"{ "x": "5" }"#],
        ] {
            let action = try action(rules[0], rules[1])
            #expect(action.attributes(reading: ["x": "5"]) == ["x": "5"])
            #expect(action.attributes(reading: ["x": "6"]) == ["x": 6])
        }
    }

    @Test("An attribute is read as the type that a limit compares")
    func limit() throws {
        let limit = #"{ "max": 1, "per": "day", "when": { "x": { "above": 2 } } }"#
        let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 1, "limits": [\#(limit)] } } }"#)
        let action = try #require(policy.actions["a"])
        #expect(action.attributes(reading: ["x": "5", "y": "5"]) == ["x": 5, "y": "5"])
    }
}
