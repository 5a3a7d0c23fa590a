import Faregate
import Testing

@Suite("The Idempotency-Key header")
struct IdempotencyHeaderTests {
    @Test(
        "is a string in quotes, or a bare key",
        arguments: [
            (#""8e03978e""#, "8e03978e"), ("8e03978e", "8e03978e"), (#""a \" b \\ c""#, #"a " b \ c"#), (#""""#, ""),
            (#"a"b"#, #"a"b"#), ("", ""),
        ]
    )
    func read(header: String, key: String) throws {
        #expect(try IdempotencyKey.text(ofHeader: header) == key)
    }

    @Test(
        "is refused when it is written otherwise, whatever a combining mark hides",
        arguments: [
            #"""#, #""abc"#, #""abc" "#, #""abc"d"#, #""a\b""#, #""abc\"#, #""abc\""#, "\"\u{301}abc\"",
            "\"abc\"\u{301}",
            "\"abc\\\u{301}\"", "\"caf\u{E9}\"", "caf\u{E9}", "\"a\tb\"", "a\u{0}b", "a\r\nb", "\"a\r\nb\"",
        ]
    )
    func refused(header: String) {
        #expect(throws: InvalidInput.self) { try IdempotencyKey.text(ofHeader: header) }
    }
}
