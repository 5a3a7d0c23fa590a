import Faregate
import Testing

/// The corner cases of RFC 8259. `$schema` accepts any value and has no meaning, so only the scanner decides.
@Suite("JSON")
struct JSONCornerCaseTests {
    private func parse(_ value: String) throws {
        _ = try Policy(parsing: "{\"$schema\": \(value)}")
    }

    @Test(
        "Valid JSON is accepted",
        arguments: [
            "0", "-0", "10", "1.5", "-1.5", "1e1", "1E+1", "1e-1", "0e0", "0.0e00", "1e999999999", "-1e-999999999",
            "123456789012345678901234567890", "9223372036854775808", "true", "false", "null", "[]", "{}", "[[],{}]",
            #""""#, #""\"\\\/\b\f\n\r\t""#, #""\u0000""#, #""\u00e9\u00E9""#, #""\ud83c\udfa8""#, #""\uD83C\uDFA8""#,
            "\"é 画 🎨 \u{7F} \u{2028}\"", "[1,]", "{\"a\":1,}", "[1 , 2\t,\r\n3]", "/* a */ 1 // b\n", "/**/1/***/",
            "1 /* ** / */", "\"// no comment /* */\"", "[\n// one\n1\r// two\r,2]",
        ]
    )
    func accepts(_ value: String) {
        #expect(throws: Never.self) { try parse(value) }
    }

    @Test(
        "Invalid JSON is refused",
        arguments: [
            "01", "-01", "00", "1.", "1.e1", ".5", "-.5", "-", "+", "+1", "--1", "1e", "1e+", "1E-", "1.5.1", "1_000",
            "0x10", "1a", "Infinity", "-Infinity", "NaN", "True", "nul", "nulll", "[,]", "[1,,2]", "[1 2]", "{,}",
            "{\"a\" 1}", "{\"a\":}", "{\"a\":,}", "{1:2}", "{a:1}", "{\"a\":1 \"b\":2}", "[1}", "{\"a\":1]", "[", "{",
            "\"", "\"a", "\"\\", "\"\\\"", "'a'", "“a”", "`a`", "undefined", "", ",", ":", "]", "\\", "@", "/", "/ /",
            "/*", "/* *", "/*/", #""\a""#, #""\x41""#, #""\u""#, #""\u12""#, #""\u12g4""#, #""\u+123""#, #""\ud800""#,
            #""\udc00""#, #""\ud800\u0041""#, #""\ud800\ud800""#, #""\ud800x""#, #""\ud800\n""#, "\"\u{0}\"",
            "\"\u{1}\"", "\"\u{1F}\"", "\"\t\"", "\"\n\"", "\"a\r\nb\"", "\u{0}", "\u{B}1", "\u{C}1", "\u{A0}1",
            "\u{FEFF}1", "\u{200B}1", "1 # no comment", "\"a\" + \"b\"", "(1)",
        ]
    )
    func refuses(_ value: String) {
        #expect(throws: Policy.FileError.self) { try parse(value) }
    }

    @Test(
        "An invalid JSON file is refused as a whole",
        arguments: [
            "", " ", "\n", "// nothing", "/* nothing */", "[]", "1", "null", "\"a\"", "{}{}", "{},", "{}]", "{} x", "}",
            "\u{0}",
        ]
    )
    func refusesFile(_ text: String) {
        #expect(throws: Policy.FileError.self) { try Policy(parsing: text) }
    }

    @Test(
        "Parsing stops at the bound of nesting",
        arguments: ["[", "{\"a\":", "[{\"a\":", "{\"a\":["]
    )
    func bombs(_ opening: String) throws {
        let bomb = String(repeating: opening, count: 1024 * 1024 / opening.utf8.count)
        let error = #expect(throws: Policy.FileError.self) { try Policy(parsing: bomb) }
        #expect(error?.diagnostics.map(\.message) == ["nested more than 64 levels deep"])
    }

    @Test("JSON nested up to the bound is accepted", arguments: [(63, true), (64, false)])
    func nests(depth: Int, isTaken: Bool) {
        let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(((try? parse(value)) != nil) == isTaken)
    }

    @Test(
        "The escapes of a string are decoded",
        arguments: [
            (#"\u0041"#, "A"), (#"\ud83c\udfa8"#, "🎨"), (#"\u00e9"#, "é"), (#"\"\\\/"#, "\"\\/"), ("é画🎨", "é画🎨"),
            (#"\u0022"#, "\""), (#"a\u0000"#, "a\u{0}"), (#"\b\f\n\r\t"#, "\u{8}\u{C}\n\r\t"),
        ]
    )
    func unescapes(_ written: String, _ meant: String) throws {
        let rule = #"{ "when": { "style": "\#(written)" }, "cost": 2 }"#
        let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 1, "rules": [\#(rule)] } } }"#)
        #expect(try policy.quote("a", attributes: ["style": .string(meant)]).cost == 2)
        #expect(try policy.quote("a", attributes: ["style": .string(written)]).cost == (written == meant ? 2 : 1))
    }

    @Test("All mistakes are shown at once, up to a hundred")
    func bounded() {
        let rules = String(repeating: #"{ "cots": 1 },"#, count: 150)
        let error = #expect(throws: Policy.FileError.self) {
            try Policy(parsing: #"{ "actions": { "a": { "cost": 1, "rules": [\#(rules)] } } }"#)
        }
        #expect(error?.diagnostics.count == 100)
        // Each rule has an unknown key and no condition. Beyond the mistakes that are shown, a rule counts once,
        // because the unknown key may be its condition.
        #expect(error?.omittedCount == 100)
        #expect(error?.description.hasSuffix("\nand 100 more") == true)
    }
}
