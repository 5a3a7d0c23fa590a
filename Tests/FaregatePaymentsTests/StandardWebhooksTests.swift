import Faregate
import FaregatePayments
import Foundation
import Testing

/// With the vector of the specification's own libraries.
@Suite struct StandardWebhooksTests {
    typealias Headers = [(name: String, value: String)]

    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    static let body = Data(#"{"test": 2432232314}"#.utf8)
    static let code = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    static let signedAt = Timestamp(rawValue: 1_614_265_330_000)
    static let wrongCode = String(repeating: "A", count: 43) + "="

    private static func headers(
        id: String = id,
        time: String = "1614265330",
        signature: String = "v1,\(code)"
    ) -> Headers {
        [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature)]
    }

    @discardableResult
    private func verify(
        _ headers: Headers = headers(),
        body: Data = body,
        secrets: [String] = [secret],
        at now: Timestamp = signedAt
    ) throws -> String {
        try ProviderKit.StandardWebhooks(secrets: secrets.map { try Secret($0) }).verify(
            headers: headers, body: body, at: now)
    }

    private func refusal(
        _ headers: Headers = headers(),
        body: Data = body,
        secrets: [String] = [secret],
        at now: Timestamp = signedAt
    ) -> ProviderKit.SignatureError.Code? {
        #expect(throws: ProviderKit.SignatureError.self) {
            try verify(headers, body: body, secrets: secrets, at: now)
        }?.code
    }

    @Test("The vector is signed as the specification's libraries sign it")
    func signs() throws {
        let headers = try ProviderKit.StandardWebhooks.sign(
            body: Self.body,
            id: Self.id,
            secret: try Secret(Self.secret),
            at: Self.signedAt
        )
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers.map(\.value) == [Self.id, "1614265330", "v1,\(Self.code)"])
    }

    @Test("The vector is accepted, and its id is returned")
    func takesTheVector() throws {
        #expect(try verify() == Self.id)
    }

    @Test(
        "Headers are found in any case, among others",
        arguments: [
            ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"],
            ["WEBHOOK-ID", "WEBHOOK-TIMESTAMP", "WEBHOOK-SIGNATURE"],
            ["wEbHoOk-iD", "webhook-Timestamp", "WebHook-signature"],
        ]
    )
    func findsHeadersInAnyCase(names: [String]) throws {
        let others = [(name: "Content-Type", value: "application/json"), (name: "webhook-id-2", value: "x")]
        let headers = zip(names, Self.headers()).map { (name: $0, value: $1.value) }
        try verify(others + headers.reversed())
    }

    @Test(
        "Any v1 signature of the list may match, and every other part is skipped",
        arguments: [
            "v1,\(code)", "v1,\(wrongCode) v1,\(code)", "v1,\(code) v1,\(wrongCode)", "v2,\(wrongCode) v1,\(code)",
            "v1a,\(wrongCode) v1,\(code)", "  v1,\(code)  ", "v1 v1, nonsense ,, v1,é v1,\(code) 🧾",
            "v1,\(code) \(String(repeating: "v", count: 4000))",
        ]
    )
    func takesEveryList(signature: String) throws {
        try verify(Self.headers(signature: signature))
    }

    @Test(
        "A list without a v1 signature is malformed",
        arguments: [
            " ", "v1", code, "v2,\(code)", "v1=\(code)", "V1,\(code)", "v1 ,\(code)", ",v1,\(code)", "v1;\(code)",
        ]
    )
    func aListWithoutV1(signature: String) {
        #expect(refusal(Self.headers(signature: signature)) == .malformed)
    }

    @Test(
        "Any other signature is a mismatch",
        arguments: [
            "v1,", "v1,\(wrongCode)", "v1,\(code.dropLast())", "v1,\(code)=", "v1,\(code)A", "v1,\(code),",
            "v1,,\(code)",
            "v1,\(code.lowercased())", "v1,é\(code.dropFirst())", "v1,83484cf52b04f8e4cf2531adfed9882ad4b2665137b85244",
            "v1,\(code.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_"))",
            "v1,\(wrongCode) v2,\(code)",
        ]
    )
    func otherSignatures(signature: String) {
        #expect(refusal(Self.headers(signature: signature)) == .mismatch)
    }

    @Test("A signature with one changed character is a mismatch", arguments: 0..<44)
    func everyCharacterCounts(position: Int) {
        var characters = Array(Self.code)
        characters[position] = characters[position] == "A" ? "B" : "A"
        #expect(refusal(Self.headers(signature: "v1,\(String(characters))")) == .mismatch)
    }

    @Test("A body with one byte changed, added or removed is a mismatch")
    func everyByteCounts() {
        for position in Self.body.indices {
            var altered = Self.body
            altered[position] ^= 1
            #expect(refusal(body: altered) == .mismatch)
        }
        for body in [Data(), Self.body.dropLast(), Self.body + [0x0A], [0x20] + Self.body] {
            #expect(refusal(body: body) == .mismatch)
        }
    }

    @Test("The id and the time are signed too")
    func idAndTimeAreSigned() {
        #expect(refusal(Self.headers(id: "msg_other")) == .mismatch)
        #expect(refusal(Self.headers(time: "1614265331")) == .mismatch)
        #expect(refusal(Self.headers(time: "01614265330")) == .mismatch)
    }

    @Test("A header's name is compared in ASCII, so the kelvin sign is not a k")
    func kelvin() {
        let headers = Self.headers().map { ($0.name.replacing("webhook-id", with: "webhoo\u{212A}-id"), $0.value) }
        #expect(refusal(headers) == .missing)
        let capitals = Self.headers().map { ($0.name.uppercased(), $0.value) }
        #expect(throws: Never.self) { try verify(capitals) }
    }

    @Test("A missing or empty header is named in the error", arguments: 0..<3)
    func missingHeaders(position: Int) {
        var headers = Self.headers()
        headers[position].value = ""
        #expect(refusal(headers) == .missing)
        headers.remove(at: position)
        #expect(refusal(headers) == .missing)
        #expect(refusal([]) == .missing)
    }

    @Test("A repeated header is refused, whatever its values are", arguments: 0..<3)
    func doubledHeaders(position: Int) {
        let headers = Self.headers()
        #expect(refusal(headers + [headers[position]]) == .malformed)
        #expect(refusal([(headers[position].name.uppercased(), "x")] + headers) == .malformed)
    }

    @Test(
        "A time that is not a whole number of seconds is malformed",
        arguments: [
            " ", "now", "-1614265330", "+1614265330", "1614265330.0", "1614265330 ", " 1614265330", "1.6e9",
            "0x6037BDF2",
            "16142653३०", "9223372036854775808", "00000000001614265330", "1614265330\t",
        ]
    )
    func otherTimes(time: String) {
        #expect(refusal(Self.headers(time: time)) == .malformed)
    }

    @Test("An id has at most 255 bytes and no control characters")
    func otherIDs() throws {
        let secret = try Secret(Self.secret)
        for id in ["a\u{0}b", "a\nb", "\u{7F}", String(repeating: "m", count: 256)] {
            #expect(refusal(Self.headers(id: id)) == .malformed)
            #expect(throws: InvalidInput.self) {
                try ProviderKit.StandardWebhooks.sign(body: Self.body, id: id, secret: secret, at: Self.signedAt)
            }
        }
        let longest = String(repeating: "m", count: 255)
        let headers = try ProviderKit.StandardWebhooks.sign(
            body: Self.body, id: longest, secret: secret, at: Self.signedAt)
        #expect(try verify(headers) == longest)
    }

    @Test("A signature up to 300 seconds old or early is accepted", arguments: [0, 1, 299, 300, -1, -299, -300])
    func withinTheTolerance(seconds: Int64) throws {
        try verify(at: Self.signedAt.advanced(byMilliseconds: seconds * 1000))
    }

    @Test("A signature 301 or more seconds old or early is stale", arguments: [301, 302, 86_400, -301, -86_400])
    func beyondTheTolerance(seconds: Int64) {
        #expect(refusal(at: Self.signedAt.advanced(byMilliseconds: seconds * 1000)) == .stale)
    }

    @Test("Extreme clocks don't overflow, and their signatures are stale", arguments: [Int64.min, Int64.max])
    func absurdClocks(now: Int64) {
        #expect(refusal(at: Timestamp(rawValue: now)) == .stale)
    }

    @Test("A stale forgery is reported as a mismatch, not as stale")
    func aStaleForgeryIsAMismatch() {
        let later = Self.signedAt.advanced(byMilliseconds: 86_400_000)
        #expect(refusal(Self.headers(signature: "v1,\(Self.wrongCode)"), at: later) == .mismatch)
    }

    @Test("Any of several secrets may have signed, with or without its prefix and its padding")
    func severalSecrets() throws {
        let other = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
        try verify(secrets: [other, Self.secret])
        try verify(secrets: [Self.secret, other])
        try verify(secrets: [String(Self.secret.dropFirst(6))])
        let unpadded = String(other.dropLast())
        #expect(other.hasSuffix("=") && !unpadded.hasSuffix("="))
        let headers = try ProviderKit.StandardWebhooks.sign(
            body: Self.body,
            id: Self.id,
            secret: try Secret(other),
            at: Self.signedAt
        )
        try verify(headers, secrets: [unpadded])
        #expect(refusal(secrets: [other]) == .mismatch)
        #expect(refusal(secrets: []) == .mismatch)
    }

    @Test("A key has 24 to 64 bytes", arguments: [24, 25, 32, 63, 64])
    func keyLengths(count: Int) throws {
        let secret = try Secret("whsec_" + Data(repeating: 1, count: count).base64EncodedString())
        let headers = try ProviderKit.StandardWebhooks.sign(
            body: Self.body, id: Self.id, secret: secret, at: Self.signedAt)
        try verify(headers, secrets: ["whsec_" + Data(repeating: 1, count: count).base64EncodedString()])
    }

    @Test(
        "A secret that is not such a key is refused when the server starts, and is not repeated",
        arguments: [
            "whsec_", "whsec", "secretive", "whsec_secretive!", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_",
            "whsec_" + Data(repeating: 1, count: 23).base64EncodedString(),
            "whsec_" + Data(repeating: 1, count: 65).base64EncodedString(),
            "whsec_" + Data(repeating: 1, count: 600).base64EncodedString(),
        ]
    )
    func otherSecrets(text: String) throws {
        let secret = try Secret(text)
        let error = #expect(throws: InvalidInput.self) { try ProviderKit.StandardWebhooks(secrets: [secret]) }
        #expect(error?.description.contains("secretive") == false)
        #expect(error?.description.contains("MfKQ") == false)
        #expect(throws: InvalidInput.self) {
            try ProviderKit.StandardWebhooks.sign(body: Self.body, id: Self.id, secret: secret, at: Self.signedAt)
        }
    }

    @Test("The headers are read up to a limit")
    func bounds() throws {
        let signature = "v1,\(Self.code)"
        let fill = 4096 - signature.utf8.count - 1
        try verify(Self.headers(signature: signature + " " + String(repeating: "a", count: fill)))
        #expect(
            refusal(Self.headers(signature: signature + " " + String(repeating: "a", count: fill + 1))) == .malformed
        )
        try verify(Self.headers(signature: signature + String(repeating: " a", count: 31)))
        #expect(refusal(Self.headers(signature: signature + String(repeating: " a", count: 32))) == .malformed)
    }

    @Test("An error repeats neither signature nor secret nor body")
    func errorsTellNothing() {
        let cases = [
            Self.headers(signature: "v1,\(Self.wrongCode)"), Self.headers(signature: "secretive"),
            Self.headers(id: "secretive\u{0}"), Self.headers(time: "secretive"), Self.headers(id: ""),
        ]
        for headers in cases {
            let error = #expect(throws: ProviderKit.SignatureError.self) { try verify(headers) }
            for hidden in [Self.wrongCode, Self.code, "MfKQ", "2432232314", "secretive", Self.id] {
                #expect(error?.description.contains(hidden) == false)
            }
        }
    }

    @Test("A dump of the verifier shows no secret")
    func dumpsNothing() throws {
        let webhooks = try ProviderKit.StandardWebhooks(secrets: [try Secret(Self.secret)])
        var text = "\(webhooks)" + String(reflecting: webhooks)
        dump(webhooks, to: &text)
        #expect(!text.contains("MfKQ"))
    }
}
