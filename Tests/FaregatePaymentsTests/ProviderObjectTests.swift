import Foundation
import Testing

@testable import FaregatePayments

@Suite struct ProviderObjectTests {
    private func object(_ json: String) throws -> ProviderObject {
        try #require(ProviderObject(parsing: Data(json.utf8)))
    }

    @Test(
        "A text that is not a JSON object is not read",
        arguments: [
            "", "null", "[]", "7", #""a""#, "{", "{}{}", "<html>", #"{"a":}"#, "\u{FEFF}x",
            String(repeating: "[", count: 1 << 20), String(repeating: #"{"a":"#, count: 100_000),
        ]
    )
    func notAnObject(json: String) {
        #expect(ProviderObject(parsing: Data(json.utf8)) == nil)
    }

    @Test(
        "An id is a text or the id of an expanded object",
        arguments: [
            (#""pi_1""#, "pi_1"), (#"{"id":"pi_1","a":1}"#, "pi_1"), ("null", nil), ("1", nil), ("[]", nil),
            ("{}", nil),
            (#"{"id":{"id":"pi_1"}}"#, nil), (#""""#, nil), (#""\u0007""#, nil), (#"{"id":1}"#, nil),
        ]
    )
    func ids(json: String, id: String?) throws {
        #expect(try object(#"{"payment":\#(json)}"#).id("payment") == id)
        #expect(try object("{}").id("payment") == nil)
    }

    @Test(
        "An amount is a whole number, or a text that holds one, from 0 to 2^53",
        arguments: [
            ("0", 0), ("1000", 1000), (#""1000""#, 1000), ("1000.0", 1000), ("9007199254740992", 9_007_199_254_740_992),
        ]
    )
    func amounts(json: String, amount: Int64) throws {
        #expect(try object(#"{"amount":\#(json)}"#).amount("amount") == amount)
    }

    @Test("A missing amount is nil", arguments: ["{}", #"{"amount":null}"#])
    func noAmount(json: String) throws {
        #expect(try object(json).amount("amount") == nil)
    }

    @Test(
        "A value that is not an amount is an error",
        arguments: [
            "-1", "9007199254740993", "1e99", "99999999999999999999", "10.5", #""ten""#, #""10.5""#, #""""#, "true",
            "[]",
            "{}", "[1000]",
        ]
    )
    func absurdAmounts(json: String) throws {
        let object = try object(#"{"amount":\#(json)}"#)
        #expect(throws: Unreadable("its amount is not an amount")) { try object.amount("amount") }
    }

    @Test(
        "A currency is three letters in any case",
        arguments: [
            (#""usd""#, "USD"), (#""EUR""#, "EUR"), (#""us""#, nil), (#""u5d""#, nil), (#""dollars""#, nil), ("1", nil),
            (#""éu""#, nil), ("null", nil),
        ]
    )
    func currencies(json: String, currency: String?) throws {
        #expect(try object(#"{"currency":\#(json)}"#).currency("currency") == currency)
    }

    @Test("The objects of a list are read, and its other elements are left out")
    func lists() throws {
        let object = try object(#"{"data":[{"id":"a"},7,null,[],{"id":"b"}],"none":{},"null":null}"#)
        #expect(object.list("data").map { $0.name("id") } == ["a", "b"])
        #expect(object.list("none").isEmpty && object.list("null").isEmpty && object.list("missing").isEmpty)
    }

    @Test("Nested objects can be read after the text was released")
    func nesting() throws {
        let inner = try #require(try object(#"{"data":{"object":{"id":"x","on":true,"n":"12"}}}"#).object("data"))
        let object = try #require(inner.object("object"))
        #expect(object.name("id") == "x")
        #expect(object.flag("on") == true)
        #expect(object.integer("n") == 12)
        #expect(object.has("on") && !object.has("off"))
    }
}
