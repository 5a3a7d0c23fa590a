import Faregate
import Foundation
import Testing

@Suite("A mistake as it is shown")
struct PolicyDiagnosticTests {
    private func shown(_ text: String, file: String = "credits.jsonc") -> String {
        do throws(Policy.FileError) {
            _ = try Policy(parsing: text, file: file, environment: [:])
            return ""
        } catch {
            return error.description
        }
    }

    @Test("A mistake shows its place, its line, a caret and what was expected")
    func rendering() {
        #expect(
            shown("{\n\t\"actions\": {\n\t\t\"draw\": { \"cots\": 10 }\n\t}\n}") == """
                credits.jsonc:3:13: error: unknown key "cots"; did you mean "cost"?
                \t\t"draw": { "cots": 10 }
                \t\t          ^
                expected: one of "cost", "hold", "key", "limits", "mode", "outage", "overrun", "rules", "timeout", "title", "was"
                """
        )
    }

    @Test("The caret is under the mistake, even after wide and combining characters")
    func widths() {
        #expect(
            shown(#"{ "actions": { "a": { "title": "画e\#u{301}", "cots": 1 } } }"#).split(separator: "\n")[2]
                == String(repeating: " ", count: 38 + 1 - 1) + "^"
        )
    }

    @Test("The part of a very long line around the mistake is shown")
    func clipped() {
        let filler = (0..<5000).map { #""k\#($0)": { "cost": 1 }"# }.joined(separator: ", ")
        let lines = shown("{ \"actions\": { \(filler), \"z\": { \"cots\": 1 }, \"y\": {} } }").split(separator: "\n")
        #expect(lines[1].hasPrefix("…"))
        #expect(lines[1].count < 170)
        let caret = lines[2].count - 1
        #expect(lines[1].dropFirst(caret).hasPrefix(#""cots""#))
    }

    @Test(
        "Control characters in a line are not printed",
        arguments: ["\u{7}", "\u{1B}[2J", "\u{0}", "\u{9B}", "\u{202E}", "\u{2028}", "\u{7F}"]
    )
    func harmless(_ text: String) {
        for policy in ["{ \"x\(text)\": 1 }", "{ \"$schema\": \(text) }", "{ \"timezone\": \"\(text)\" }", text] {
            let shown = shown(policy, file: "a\(text).jsonc")
            #expect(!shown.isEmpty)
            for scalar in text.unicodeScalars where !scalar.isASCII || scalar.value < 0x20 || scalar.value == 0x7F {
                #expect(!shown.unicodeScalars.contains(scalar))
            }
        }
    }

    @Test("The value of a variable is not shown")
    func secret() {
        let text = #"{ "packs": { "50": { "credits": 0, "price": "10.00 USD", "stripe": "${ID}" } } }"#
        let error = #expect(throws: Policy.FileError.self) {
            try Policy(parsing: text, environment: ["ID": "sk_live_1"])
        }
        #expect(error?.description.contains("sk_live_1") == false)
    }

    @Test(
        "A variable without a product's id is refused, and its value is not shown",
        arguments: [
            ("sk_live_1\n", "policy.jsonc:1:68: error: \"stripe\" can't contain control characters"),
            (
                String(repeating: "sk_live_1", count: 29),
                "policy.jsonc:1:68: error: \"stripe\" must have 1 to 255 bytes"
            ),
        ]
    )
    func unfitVariable(value: String, message: String) {
        let text = #"{ "packs": { "50": { "credits": 5, "price": "10.00 USD", "stripe": "${ID}" } } }"#
        let error = #expect(throws: Policy.FileError.self) { try Policy(parsing: text, environment: ["ID": value]) }
        #expect(error?.description.contains(message) == true)
        #expect(error?.description.contains("sk_live_1") == false)
    }

    @Test("A mistake can be encoded as JSON and decoded again")
    func codable() throws {
        let error = #expect(throws: Policy.FileError.self) { try Policy(parsing: "{ \"x\": 1 }") }
        let diagnostics = try #require(error?.diagnostics)
        let json = try JSONEncoder().encode(diagnostics)
        #expect(try JSONDecoder().decode([Policy.Diagnostic].self, from: json) == diagnostics)
    }
}
