import Faregate
import Foundation
import Testing

@Suite("The Idempotency-Key header")
struct IdempotencyHeaderTests {
    @Test(
        "The header is a string in quotes, or a bare key",
        arguments: [
            (#""8e03978e""#, "8e03978e"), ("8e03978e", "8e03978e"), (#""a \" b \\ c""#, #"a " b \ c"#), (#""""#, ""),
            (#"a"b"#, #"a"b"#), ("", ""),
        ]
    )
    func read(header: String, key: String) throws {
        #expect(try IdempotencyKey.text(ofHeader: header) == key)
    }

    @Test(
        "A header in any other form is refused, even if a combining mark hides the error",
        arguments: [
            #"""#, #""abc"#, #""abc"d"#, #""a\b""#, #""abc\"#, #""abc\""#, "\"\u{301}abc\"",
            "\"abc\"\u{301}",
            "\"abc\\\u{301}\"", "\"caf\u{E9}\"", "caf\u{E9}", "\"a\tb\"", "a\u{0}b", "a\r\nb", "\"a\r\nb\"",
        ]
    )
    func refused(header: String) {
        #expect(throws: InvalidInput.self) { try IdempotencyKey.text(ofHeader: header) }
    }

    @Test(
        "Spaces around the header's value are ignored",
        arguments: [(#" "a b" "#, "a b"), ("  k  ", "k"), (#"" a ""#, " a "), ("   ", ""), (#"  "" "#, "")]
    )
    func spaces(header: String, key: String) throws {
        #expect(try IdempotencyKey.text(ofHeader: header) == key)
    }

    @Test("A request without the header has no key")
    func none() throws {
        #expect(try IdempotencyKey(header: nil, body: [1]) == nil)
    }

    @Test("The fingerprint is the SHA-256 of the exact bytes of the body")
    func fingerprint() throws {
        let key = try #require(try IdempotencyKey(header: #""k""#, body: Array("abc".utf8)))
        // FIPS 180-4, the example of one block.
        #expect(key.fingerprint == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(key.key == "k")
        let empty = try #require(try IdempotencyKey(header: "k", body: [UInt8]()))
        #expect(empty.fingerprint == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(try IdempotencyKey(header: "k", body: Data("abc".utf8)) == key)
        #expect(try IdempotencyKey(header: "k", body: Array("abd".utf8)) != key)
    }

    @Test(
        "A header without a valid key is refused",
        arguments: ["", #""""#, "   ", #"" "#, #""a"; b"#, #""a", "b""#, String(repeating: "k", count: 256)]
    )
    func unusable(header: String) {
        #expect(throws: InvalidInput.self) { try IdempotencyKey(header: header, body: [UInt8]()) }
    }

    @Test("The longest key has 255 bytes, counted without escapes")
    func longest() throws {
        let key = String(repeating: "\"", count: 255)
        let header = "\"" + String(repeating: "\\\"", count: 255) + "\""
        #expect(try IdempotencyKey(header: header, body: [])?.key == key)
    }
}
