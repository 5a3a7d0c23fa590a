import Faregate
import TestSupport
import Testing

/// Files of a quarter of a megabyte, or half of that in a quick run: if the work grew with the square of the size, each
/// would take minutes and gigabytes.
@Suite("A large policy file full of one mistake")
struct GrowthTests {
    private static let bytes = Depth.of(quick: 64, thorough: 256) * 1024

    /// Fills the file with pieces, each made from its number.
    private static func many(_ piece: (Int) -> String) -> String {
        var text = ""
        var number = 0
        while text.utf8.count < bytes {
            text += piece(number)
            number += 1
        }
        return text
    }

    private static func rules(_ rule: (Int) -> String) -> String {
        #"{ "actions": { "a": { "cost": 1, "rules": [\#(many(rule))] } } }"#
    }

    private static let files: [(name: String, text: String)] = [
        (
            "rules for plans that don't exist beside thousands that do",
            """
            { "plans": { \(many { "\"p\($0)\": {}, " }) },
              "actions": { "a": { "cost": 1, "rules": [
                \(many { "{ \"when\": { \"plan\": \"q\($0)\" }, \"cost\": 1 }, " })] } } }
            """
        ),
        (
            "rules that each name a unit of their own",
            rules { #"{ "when": { "x": 1 }, "cost": { "units": { "u\#($0)": 1 } } }, "# }
        ),
        (
            "limits and holds of units that no price has",
            """
            { "actions": { "a": { "cost": 1,
              "rules": [\(many { "{ \"when\": { \"x\": 1 }, \"cost\": { \"units\": { \"u\($0)\": 1 } } }, " })],
              "hold": { \(many { "\"v\($0)\": 1, " }) },
              "limits": [\(many { "{ \"max\": 1, \"per\": \"day\", \"count\": \"v\($0)\" }, " })] } } }
            """
        ),
        ("rules whose cost is misspelled", rules { _ in #"{ "coast": 1, "when": { "x": 1 } }, "# }),
        ("unknown keys", #"{ "actions": { "a": { "cost": 1, \#(many { #""rule\#($0)": 1, "# }) } } }"#),
        ("one key again and again", #"{ "actions": { \#(many { _ in #""a": { "cost": 1 }, "# }) } }"#),
        ("names on one line without quotes", "{ \(many { "a\($0): 1, " }) }"),
        ("old names that are in use", #"{ "plans": { \#(many { #""p\#($0)": { "was": ["p\#($0 / 2)"] }, "# }) } }"#),
        ("old names of one plan", #"{ "plans": { "p": { "was": [\#(many { #""o\#($0 % 99)", "# })] } } }"#),
        (
            "variables that are not set",
            #"{ "packs": { "p": { "credits": 1, "price": "1.00 USD", "stripe": "\#(many { "${A\($0)}" })" } } }"#
        ),
        (
            "models with a price that can't be read",
            #"{ "actions": {}, "prices": { \#(many { #""m\#($0)": { "t": "x" }, "# }) } }"#
        ),
        (
            "rules with the prices of models that can't be computed",
            """
            { "prices": { \((0..<2000).map { "\"m\($0)\": { \"t\": 1 }" }.joined(separator: ", ")) },
              "actions": { "a": { "cost": 1, "rules": [
                \(many { "{ \"when\": { \"x\": \($0) }, \"cost\": { \"prices\": \"m\", \"units\": { \"t\": 1 } } }, " })
              ] } } }
            """
        ),
        ("grants of nothing", #"{ "plans": { "p": { "grants": [\#(many { _ in "1, " })] } } }"#),
    ]

    @Test("A large file with mistakes is refused after work proportional to its size", arguments: files.map(\.name))
    func refused(name: String) throws {
        let text = try #require(GrowthTests.files.first { $0.name == name }).text
        let error = #expect(throws: Policy.FileError.self) {
            try Policy(parsing: text, environment: [:], forSale: true)
        }
        let shown = try #require(error).diagnostics.count
        #expect(shown > 0 && shown <= 100)
        #expect(error?.description.utf8.count ?? .max < 200_000)
    }

    @Test("A large file without mistakes is read, with thousands of rules that share their units")
    func taken() throws {
        let rules = GrowthTests.many { #"{ "when": { "x": \#($0) }, "cost": \#($0 % 50) }, "# }
        let units = (0..<32).map { #""u\#($0)": 1"# }.joined(separator: ", ")
        let policy = try Policy(
            parsing: #"{ "actions": { "a": { "cost": { "units": { \#(units) } }, "rules": [\#(rules)] } } }"#
        )
        #expect(try policy.quote("a", attributes: ["x": 49]).cost == 49)
        #expect(try policy.quote("a", attributes: ["x": 49], units: ["u31": 5]).cost == 49)
    }

    @Test("A file with many mistakes shows its errors before its warnings")
    func errorsFirst() throws {
        let removed = (0..<150).map { #""p\#($0)": null"# }.joined(separator: ", ")
        let patch = #"{ "debtLimit": 5, "packs": { \#(removed) } }"#
        let text = #"{ "changes": [{ "from": "2027-01-01", "patch": \#(patch) }], "lowBalance": -1 }"#
        let error = #expect(throws: Policy.FileError.self) { try Policy(parsing: text, environment: [:]) }
        #expect(error?.diagnostics.filter { $0.severity == .error }.count == 1)
        #expect(error?.omittedCount == 50)
    }
}
