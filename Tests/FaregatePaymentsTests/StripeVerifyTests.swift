import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Refused webhooks, which don't reach the ledger.
@Suite struct StripeVerifyTests {
    private let completed = StripeJSON.event("checkout.session.completed", StripeJSON.session())

    private func expectRefusal(
        _ answer: Payments.WebhookAnswer,
        _ status: Int,
        by shop: Shop,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status, sourceLocation: sourceLocation)
        #expect(
            String(decoding: answer.body, as: UTF8.self).contains("\"status\":\(status)"),
            sourceLocation: sourceLocation
        )
        #expect(
            answer.headers.contains { $0 == ("Content-Type", "application/problem+json") },
            sourceLocation: sourceLocation
        )
        #expect(shop.ledger.steps.isEmpty, sourceLocation: sourceLocation)
        guard case .refused("stripe", _) = shop.events.all.last else {
            Issue.record("the observer saw \(shop.events.all)", sourceLocation: sourceLocation)
            return
        }
    }

    private func receive(
        _ body: Data,
        _ signature: String?,
        at shop: Shop,
        secrets: [String] = [Shop.secret]
    ) async throws -> Payments.WebhookAnswer {
        let headers = signature.map { [(name: "Stripe-Signature", value: $0)] } ?? []
        let payments = try shop.payments(try shop.provider(secrets: secrets))
        return await payments.receive(provider: "stripe", headers: headers, body: body)
    }

    private func sign(_ body: Data, at shop: Shop, secret: String = Shop.secret) throws -> String {
        Stripe.Signature.sign(body: body, secret: try Secret(secret), at: shop.clock.now)
    }

    @Test("A body with any one byte changed is refused")
    func anyByte() async throws {
        let shop = try await Shop.open()
        let body = completed.data
        let signature = try sign(body, at: shop)
        for position in body.indices {
            var altered = body
            altered[position] ^= 1
            expectRefusal(try await receive(altered, signature, at: shop), 400, by: shop)
        }
        for altered in [body.dropLast(), body + [0x0A], Data()] {
            expectRefusal(try await receive(altered, signature, at: shop), 400, by: shop)
        }
        let answer = try await receive(body, signature, at: shop)
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
    }

    @Test(
        "A body without a readable signature is refused",
        arguments: [nil, "", "nonsense", "t=1767225600,v1=00"]
    )
    func noSignature(signature: String?) async throws {
        let shop = try await Shop.open()
        expectRefusal(try await receive(completed.data, signature, at: shop), 400, by: shop)
    }

    @Test("Two signature headers are refused, even if both are right")
    func twoHeaders() async throws {
        let shop = try await Shop.open()
        let signature = try sign(completed.data, at: shop)
        let headers = [("Stripe-Signature", signature), ("stripe-signature", signature)].map { (name: $0, value: $1) }
        let answer = try await shop.payments().receive(provider: "stripe", headers: headers, body: completed.data)
        expectRefusal(answer, 400, by: shop)
    }

    @Test(
        "A signature made with an unknown secret is refused, and one made with the secret that replaces ours is accepted"
    )
    func otherSecret() async throws {
        let shop = try await Shop.open()
        let signature = try sign(completed.data, at: shop, secret: "whsec_other")
        expectRefusal(try await receive(completed.data, signature, at: shop), 400, by: shop)
        let rotating = try await receive(completed.data, signature, at: shop, secrets: [Shop.secret, "whsec_other"])
        #expect(rotating.status == 200)
    }

    @Test(
        "A signature 301 seconds old is refused, and one 300 seconds old is accepted",
        arguments: [301_000, -301_000] as [Int64])
    func stale(milliseconds: Int64) async throws {
        let shop = try await Shop.open()
        let signature = try sign(completed.data, at: shop)
        shop.clock.advance(milliseconds: milliseconds)
        expectRefusal(try await receive(completed.data, signature, at: shop), 400, by: shop)
        shop.clock.advance(milliseconds: milliseconds > 0 ? -1000 : 1000)
        let answer = try await receive(completed.data, signature, at: shop)
        #expect(answer.status == 200)
    }

    @Test("The check vector is accepted at its time")
    func vector() throws {
        let body = Data(#"{"id":"evt_test_1","object":"event","type":"checkout.session.completed"}"#.utf8)
        let code = "ca796b857b81e24d595a4c37abf88d2fafb533a32ede6ce4cfc9b0e892a35b08"
        let secrets = [try Secret("whsec_test_secret")]
        let now = Timestamp(rawValue: 1_700_000_000_000)
        try Stripe.Signature(parsing: "t=1700000000,v1=\(code)").verify(body: body, secrets: secrets, at: now)
        // The vector has no mode, and no server accepts such an event.
        for livemode in [true, false] {
            #expect(throws: ProviderKit.WebhookRefusal.self) {
                try Stripe(key: nil, webhookSecrets: secrets, livemode: livemode)
                    .verify(headers: [("Stripe-Signature", "t=1700000000,v1=\(code)")], body: body, at: now)
            }
        }
    }

    @Test("A server without a signing secret refuses every webhook with a status that makes Stripe send it again")
    func noSecret() async throws {
        let shop = try await Shop.open()
        let signature = try sign(completed.data, at: shop)
        expectRefusal(try await receive(completed.data, signature, at: shop, secrets: []), 500, by: shop)
    }

    @Test("A body larger than 1 MiB is refused before it is parsed")
    func tooLarge() async throws {
        let shop = try await Shop.open()
        let body = completed.data
        let largest = body + Data(repeating: 0x20, count: Payments.maxBodyBytes - body.count)
        expectRefusal(try await shop.receive(largest + [0x20]), 413, by: shop)
        let answer = try await shop.receive(largest)
        #expect(answer.status == 200)
    }

    @Test(
        "A signed body that is not an event is refused",
        arguments: [
            "", "null", "17", "true", "[]", "{}", #""event""#, "{", "\u{FEFF}", "not json", #"{"id":"evt_1"}"#,
            #"{"id":"evt_1","object":"event"}"#, #"{"object":"event","type":"a"}"#,
            #"{"id":"evt_1","object":"checkout.session","type":"a"}"#, #"{"id":17,"object":"event","type":"a"}"#,
            #"{"id":"evt_1","object":"event","type":["a"]}"#, #"{"id":"","object":"event","type":"a"}"#,
            #"{"id":"a\u0000b","object":"event","type":"a"}"#, #"{"id":"evt_1","object":["event"],"type":"a"}"#,
            #"{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.no_meter_found"}"#,
            #"{"object":"v2.core.event"}"#,
            #"{"id":"\#(String(repeating: "e", count: 256))","object":"event","type":"a"}"#,
        ]
    )
    func noEvent(text: String) async throws {
        let shop = try await Shop.open()
        expectRefusal(try await shop.receive(Data(text.utf8)), 400, by: shop)
    }

    @Test("A thin event has an error of its own, because a setting at Stripe corrects it")
    func thin() async throws {
        let shop = try await Shop.open()
        let answer = try await shop.receive(["id": "evt_1", "object": "v2.core.event", "type": "a"])
        expectRefusal(answer, 400, by: shop)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("thin event"))
    }

    /// Foundation's decoder stops at 512 levels; this test relies on it, since a parser that recurses would crash.
    @Test("JSON of extreme depth is refused and crashes nothing", arguments: Bomb.allCases)
    func depth(bomb: Bomb) async throws {
        let shop = try await Shop.open()
        expectRefusal(try await shop.receive(Data(bomb.text.utf8)), 400, by: shop)
    }

    /// Named, so that a report doesn't hold a mebibyte of brackets.
    enum Bomb: CaseIterable {
        case openArrays, arrays, openObjects, arraysInAnEvent

        /// The text of a thorough run is as long as a body may be.
        private var depth: Int { Depth.of(quick: 100_000, thorough: 500_000) }

        var text: String {
            switch self {
            case .openArrays: String(repeating: "[", count: 2 * depth)
            case .arrays: String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            case .openObjects: String(repeating: #"{"a":"#, count: depth * 2 / 5)
            case .arraysInAnEvent:
                #"{"id":"evt_1","object":"event","type":"checkout.session.completed","data":"#
                    + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
            }
        }
    }

    @Test(
        "An event of the other mode, or without a mode, is refused",
        arguments: [
            (true, false as JSON), (false, true), (true, nil), (false, nil), (true, "true"),
        ]
    )
    func otherMode(livemode: Bool, json: JSON) async throws {
        let shop = try await Shop.open()
        let event = completed.with(["livemode": json])
        expectRefusal(try await shop.receive(event.data, at: try shop.provider(livemode: livemode)), 400, by: shop)
    }

    @Test(
        "An event of the configured mode is accepted, which is the key's own mode by default",
        arguments: [
            (true, "sk_test_1", true as JSON, 200), (false, "sk_live_1", false, 200), (nil, "sk_test_1", false, 200),
            (nil, "sk_test_1", true, 400), (nil, "sk_live_1", true, 200), (nil, "rk_live_1", false, 400),
            (nil, "key", true, 200), (nil, "key", false, 400), (nil, nil, true, 200), (nil, nil, false, 400),
            (nil, "my_test_key", false, 400), (nil, "sk_1_test_2", false, 400), (false, nil, false, 200),
        ]
    )
    func mode(livemode: Bool?, key: String?, json: JSON, status: Int) async throws {
        let shop = try await Shop.open()
        let provider = try shop.provider(key: key, livemode: livemode)
        let answer = try await shop.receive(completed.with(["livemode": json]).data, at: provider)
        #expect(answer.status == status)
        #expect(shop.credits == (status == 200 ? 100 : 0))
    }

    /// Half a million numbers in one array: with slow parsing, this test would not end.
    @Test("An event with unknown fields everywhere is accepted")
    func noise() async throws {
        let shop = try await Shop.open()
        let noise = JSON.array(Array(repeating: 1, count: 400_000))
        let answer = try await shop.receive(
            StripeJSON.event("checkout.session.completed", StripeJSON.session(["noise": noise]))
        )
        #expect(answer.status == 200)
        #expect(shop.credits == 100)
    }
}
