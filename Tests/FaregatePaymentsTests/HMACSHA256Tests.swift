import Faregate
import FaregatePayments
import Foundation
import Testing

@Suite struct HMACSHA256Tests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let key: [UInt8]
        let message: [UInt8]
        /// In hexadecimal; only the first 16 bytes if the RFC truncates it.
        let code: String

        var testDescription: String { name }
    }

    /// [RFC 4231, section 4](https://www.rfc-editor.org/rfc/rfc4231.html#section-4)
    static let vectors = [
        Vector(
            name: "test case 1",
            key: [UInt8](repeating: 0x0B, count: 20),
            message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        Vector(
            name: "test case 2: a key shorter than the code",
            key: Array("Jefe".utf8),
            message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        Vector(
            name: "test case 3: key and message longer than a block",
            key: [UInt8](repeating: 0xAA, count: 20),
            message: [UInt8](repeating: 0xDD, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        Vector(
            name: "test case 4: another key and message longer than a block",
            key: Array(0x01...0x19),
            message: [UInt8](repeating: 0xCD, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        Vector(
            name: "test case 5: truncated",
            key: [UInt8](repeating: 0x0C, count: 20),
            message: Array("Test With Truncation".utf8),
            code: "a3b6167473100ee06e0c796c2955552b"
        ),
        Vector(
            name: "test case 6: a key longer than a block",
            key: [UInt8](repeating: 0xAA, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        Vector(
            name: "test case 7: key and message both longer than a block",
            key: [UInt8](repeating: 0xAA, count: 131),
            message: Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8
            ),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test("The codes are those of RFC 4231", arguments: vectors)
    func standardCodes(_ vector: Vector) {
        let code = HMACSHA256.code(for: vector.message, key: vector.key)
        let portable = HMACSHA256.portableCode(for: vector.message, key: vector.key)
        #expect(code.count == HMACSHA256.byteCount)
        #expect(hexadecimal(code).hasPrefix(vector.code))
        #expect(portable == code)
        #expect(HMACSHA256.isValid(code, for: vector.message, key: vector.key))
    }

    /// Computed with Python's hmac.
    @Test(
        "A key may have any length",
        arguments: [
            (0, "69567cd8aea80402e8c458f9919a7168f20fbb178316fa5f43c618ac53b0f087"),
            (1, "69567cd8aea80402e8c458f9919a7168f20fbb178316fa5f43c618ac53b0f087"),
            (63, "de40244c4620630a0a8da194bfd555e21264f6a8964fd3fa8c523dc5f50953eb"),
            (64, "c71daaec34219806d47715075cacb630ad96f1eb7447d580f082be82fb5b0d54"),
            (65, "e271dcaa4c302c8d63ae6cf92b2a2bbc015b5dfe7525338f176678146476899e"),
            (128, "7bbd54e3bd9e482dc1fd734a0f19c7bcd079366e92168b0ef06f048b4862dca8"),
            (200, "0edcdb2c5fff2d1eab6bc1657f108714c44d296367bcdaba6a847b4c10d217a3"),
        ])
    func keyLengths(byteCount: Int, code: String) {
        #expect(hexadecimal(HMACSHA256.code(for: "faregate".utf8, key: sampleBytes(byteCount))) == code)
    }

    @Test("A slice of larger data is read from its own start")
    func slices() {
        let data = Data("..message..".utf8)[2..<9]
        #expect(HMACSHA256.code(for: data, key: [1]) == HMACSHA256.code(for: "message".utf8, key: [1]))
    }

    @Test("A code with one changed bit is not valid", arguments: 0..<32)
    func flippedBit(position: Int) {
        var code = HMACSHA256.code(for: "message".utf8, key: "key".utf8)
        #expect(HMACSHA256.isValid(code, for: "message".utf8, key: "key".utf8))
        code[position] ^= 1
        #expect(!HMACSHA256.isValid(code, for: "message".utf8, key: "key".utf8))
    }

    @Test("A prefix of a code is not valid", arguments: [0, 1, 16, 31])
    func prefixes(byteCount: Int) {
        let code = HMACSHA256.code(for: "message".utf8, key: "key".utf8)
        #expect(!HMACSHA256.isValid(code.prefix(byteCount), for: "message".utf8, key: "key".utf8))
    }

    @Test("A code with another byte after it is not valid")
    func suffixes() {
        let code = HMACSHA256.code(for: "message".utf8, key: "key".utf8)
        #expect(!HMACSHA256.isValid(code + [0], for: "message".utf8, key: "key".utf8))
    }
}
