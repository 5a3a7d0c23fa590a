import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// What is refused: the ledger sees none of it.
@Suite struct StripeWebhookRefusalTests {
    private func expectRefusal(
        _ answer: WebhookAnswer,
        _ status: Int,
        by shop: Shop,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status, sourceLocation: sourceLocation)
        #expect(answer.problem?.status == status, sourceLocation: sourceLocation)
        #expect(shop.ledger.seen.steps == [.record], sourceLocation: sourceLocation)
        guard case .refused = shop.events.all.last else {
            Issue.record("the observer saw \(shop.events.all)", sourceLocation: sourceLocation)
            return
        }
    }

    @Test func aBodyWithAnyOneByteChangedIsRefused() async throws {
        let shop = try await Shop.open()
        let webhooks = try shop.webhooks()
        let body = Data(EventText.completed().utf8)
        let signature = StripeSignature.sign(body: body, secret: try Secret(Shop.secret), at: shop.clock.now)
        for position in body.indices {
            var altered = body
            altered[position] ^= 1
            expectRefusal(await webhooks.receive(signature: signature, body: altered), 400, by: shop)
        }
        expectRefusal(await webhooks.receive(signature: signature, body: body.dropLast()), 400, by: shop)
        expectRefusal(await webhooks.receive(signature: signature, body: body + [0x0A]), 400, by: shop)
        expectRefusal(await webhooks.receive(signature: signature, body: Data()), 400, by: shop)
        #expect(await webhooks.receive(signature: signature, body: body).status == 200)
    }

    @Test(arguments: [nil, "", "nonsense", "t=1767225600,v1=00"])
    func aBodyWithoutASignatureIsRefused(signature: String?) async throws {
        let shop = try await Shop.open()
        let answer = try await shop.webhooks().receive(signature: signature, body: Data(EventText.completed().utf8))
        expectRefusal(answer, 400, by: shop)
    }

    @Test func aSignatureMadeWithAnotherSecretIsRefused() async throws {
        let shop = try await Shop.open()
        let body = Data(EventText.completed().utf8)
        let signature = StripeSignature.sign(body: body, secret: try Secret("whsec_other"), at: shop.clock.now)
        expectRefusal(try await shop.webhooks().receive(signature: signature, body: body), 400, by: shop)
        let rotating = try shop.webhooks(secrets: [Shop.secret, "whsec_other"])
        #expect(await rotating.receive(signature: signature, body: body).status == 200)
    }

    @Test(arguments: [301_000, -301_000] as [Int64])
    func aSignatureThatIs301SecondsOffIsRefused(milliseconds: Int64) async throws {
        let shop = try await Shop.open()
        let body = Data(EventText.completed().utf8)
        let signature = StripeSignature.sign(body: body, secret: try Secret(Shop.secret), at: shop.clock.now)
        shop.clock.advance(milliseconds: milliseconds)
        expectRefusal(try await shop.webhooks().receive(signature: signature, body: body), 400, by: shop)
        shop.clock.advance(milliseconds: milliseconds > 0 ? -1000 : 1000)
        #expect(try await shop.webhooks().receive(signature: signature, body: body).status == 200)
    }

    @Test func withoutASigningSecretNothingIsTakenAndStripeKeepsTrying() async throws {
        let shop = try await Shop.open()
        let body = Data(EventText.completed().utf8)
        let signature = StripeSignature.sign(body: body, secret: try Secret(Shop.secret), at: shop.clock.now)
        let answer = try await shop.webhooks(secrets: []).receive(signature: signature, body: body)
        expectRefusal(answer, 500, by: shop)
    }

    @Test func moreThanOneMebibyteIsRefusedUnread() async throws {
        let shop = try await Shop.open()
        let largest = EventText.completed().padded(toBytes: StripeWebhooks.maxBodyBytes)
        expectRefusal(try await shop.receive(largest + " "), 413, by: shop)
        #expect(try await shop.receive(largest).status == 200)
    }

    @Test(arguments: [
        "", "null", "17", "true", "[]", "{}", #""event""#, "{", "\u{FEFF}", "not json", #"{"id":"evt_1"}"#,
        #"{"id":"evt_1","object":"event"}"#, #"{"object":"event","type":"a"}"#,
        #"{"id":"evt_1","object":"checkout.session","type":"a"}"#, #"{"id":17,"object":"event","type":"a"}"#,
        #"{"id":"evt_1","object":"event","type":["a"]}"#, #"{"id":"","object":"event","type":"a"}"#,
        #"{"id":"a\u0000b","object":"event","type":"a"}"#, #"{"id":"evt_1","object":["event"],"type":"a"}"#,
        #"{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.no_meter_found"}"#,
        #"{"object":"v2.core.event"}"#,
    ])
    func aSignedBodyThatIsNoEventIsRefused(text: String) async throws {
        let shop = try await Shop.open()
        expectRefusal(try await shop.receive(text), 400, by: shop)
    }

    @Test func aThinEventIsToldApartSinceAnotherSettingMendsIt() async throws {
        let shop = try await Shop.open()
        let answer = try await shop.receive(#"{"id":"evt_1","object":"v2.core.event","type":"a"}"#)
        expectRefusal(answer, 400, by: shop)
        #expect(answer.problem?.detail.contains("thin event") == true)
    }

    @Test func anEventsIdHas255BytesAtMost() async throws {
        let shop = try await Shop.open()
        let tooLong = EventText(id: "\"" + String(repeating: "e", count: 256) + "\"").json
        expectRefusal(try await shop.receive(tooLong), 400, by: shop)
    }

    /// Foundation's decoder stops at 512 levels; this holds it to that, since a parser that recurses would crash.
    @Test(arguments: Bomb.allCases)
    func depthWithoutEndIsRefusedAndCrashesNothing(bomb: Bomb) async throws {
        let shop = try await Shop.open()
        expectRefusal(try await shop.receive(bomb.text), 400, by: shop)
    }

    /// Named, so that a report doesn't hold a mebibyte of brackets.
    enum Bomb: CaseIterable {
        case openArrays, arrays, openObjects, arraysInAnEvent

        var text: String {
            switch self {
            case .openArrays: String(repeating: "[", count: 1 << 20)
            case .arrays: String(repeating: "[", count: 1 << 19) + String(repeating: "]", count: 1 << 19)
            case .openObjects: String(repeating: #"{"a":"#, count: 200_000)
            case .arraysInAnEvent:
                EventText.completed([
                    "metadata": String(repeating: "[", count: 500_000) + String(repeating: "]", count: 500_000)
                ])
            }
        }
    }

    @Test(arguments: [(true, "false"), (false, "true"), (true, "null"), (false, "null"), (true, #""true""#)])
    func anEventOfTheOtherModeOrOfNoneIsRefused(livemode: Bool, json: String) async throws {
        let shop = try await Shop.open()
        expectRefusal(try await shop.receive(EventText(livemode: json).json, livemode: livemode), 400, by: shop)
    }

    @Test(arguments: [(true, "true"), (false, "false"), (nil, "true"), (nil, "false"), (nil, "null")])
    func anEventOfTheModeThatWasAskedForIsTaken(livemode: Bool?, json: String) async throws {
        let shop = try await Shop.open()
        #expect(try await shop.receive(EventText(livemode: json).json, livemode: livemode).status == 200)
        #expect(shop.ledger.seen.credited == [Shop.purchase: 100])
    }

    /// Half a million numbers in one array: slow parsing would show here as a test that doesn't end.
    @Test func anEventThatIsAllNoiseAroundTheFieldsIsTaken() async throws {
        let shop = try await Shop.open()
        let noise = "[" + String(repeating: "1,", count: 400_000) + "1]"
        #expect(try await shop.receive(EventText.completed(["noise": noise])).status == 200)
        #expect(shop.ledger.seen.credited == [Shop.purchase: 100])
    }
}

extension String {
    fileprivate func padded(toBytes count: Int) -> String {
        self + String(repeating: " ", count: count - utf8.count)
    }
}
