import Faregate
import FaregatePayments
import Foundation
import Testing

/// Refused webhooks and their statuses.
@Suite struct DodoWebhookTests {
    private static let now = Timestamp(rawValue: 1_767_225_600_000)
    private static let body = Data((DodoFixture.events["paid"] ?? .null).text.utf8)

    private func headers(
        of body: Data = body,
        secret: String = DodoFixture.secret,
        at now: Timestamp = now
    ) throws -> [(name: String, value: String)] {
        try ProviderKit.StandardWebhooks.sign(body: body, id: "msg_1", secret: try Secret(secret), at: now)
    }

    private func status(
        _ headers: [(name: String, value: String)],
        body: Data = body,
        by dodo: Dodo? = nil,
        at now: Timestamp = now
    ) throws -> Int {
        let dodo = try dodo ?? DodoFixture.provider()
        do throws(ProviderKit.WebhookRefusal) {
            _ = try dodo.verify(headers: headers, body: body, at: now)
            return 200
        } catch {
            return error.problem.status
        }
    }

    @Test("A body with any one byte changed is refused")
    func alteredBodies() throws {
        let headers = try headers()
        for position in stride(from: 0, to: Self.body.count, by: 7) {
            var altered = Self.body
            altered[position] ^= 1
            let status = try status(headers, body: altered)
            #expect(status == 400)
        }
        for body in [Data(), Self.body.dropLast(), Self.body + [0x20]] {
            let status = try status(headers, body: body)
            #expect(status == 400)
        }
        let whole = try status(headers)
        #expect(whole == 200)
    }

    @Test("A signature that is missing, stale or made with another secret is refused")
    func signatures() throws {
        let other = "whsec_" + Data(repeating: 1, count: 32).base64EncodedString()
        let late = Self.now.advanced(byMilliseconds: 301_000)
        let cases: [([(name: String, value: String)], Timestamp)] = [
            ([], Self.now), (try headers(secret: other), Self.now), (try headers(), late),
            (try headers(at: late), Self.now), ([("stripe-signature", "t=1,v1=00")], Self.now),
            (try headers().map { ($0.name, $0.value.replacingOccurrences(of: "v1,", with: "v0,")) }, Self.now),
        ]
        for (headers, now) in cases {
            let status = try status(headers, at: now)
            #expect(status == 400)
        }
    }

    @Test("Both secrets are accepted while one replaces the other")
    func rotation() throws {
        let other = "whsec_" + Data(repeating: 1, count: 32).base64EncodedString()
        let dodo = try Dodo(
            key: nil,
            webhookSecrets: [try Secret(other), try Secret(DodoFixture.secret)],
            mode: .test
        )
        let old = try status(headers(), by: dodo)
        let new = try status(headers(secret: other), by: dodo)
        #expect(old == 200)
        #expect(new == 200)
    }

    @Test("A server without a secret refuses every webhook with a status that makes Dodo send it again")
    func noSecrets() throws {
        let dodo = try Dodo(key: nil, mode: .test)
        let status = try status(headers(), by: dodo)
        #expect(status == 500)
    }

    @Test("A body larger than 1 MiB is refused before it is parsed")
    func size() throws {
        let largest = Self.body + Data(repeating: 0x20, count: Dodo.maxBodyBytes - Self.body.count)
        let fits = try status(headers(of: largest), body: largest)
        let tooLarge = try status(headers(of: largest + [0x20]), body: largest + [0x20])
        #expect(fits == 200)
        #expect(tooLarge == 413)
    }

    @Test(
        "A signed body that is not an event is refused",
        arguments: [
            "", "null", "17", "true", "[]", "{}", #""payment.succeeded""#, "{", "\u{FEFF}", "not json",
            #"{"data":{}}"#, #"{"type":7,"data":{}}"#, #"{"type":["payment.succeeded"]}"#, #"{"type":""}"#,
            #"{"type":null}"#, #"[{"type":"payment.succeeded"}]"#,
        ]
    )
    func noEvents(text: String) throws {
        let body = Data(text.utf8)
        let status = try status(headers(of: body), body: body)
        #expect(status == 400)
    }

    @Test("An event that lacks a required field is stored, because sending it again would not help")
    func unreadableEvents() throws {
        let event = try #require(DodoFixture.events["paid"])
        let body = Data(event.setting(["data", "total_amount"], to: nil).text.utf8)
        let verified = try DodoFixture.provider().verify(headers: headers(of: body), body: body, at: Self.now)
        let reason = "payment.succeeded: its total_amount is missing, or can't be read"
        #expect(verified.reading.reason == reason)
    }

    @Test("No refusal repeats any of the body, the secret or the signature")
    func refusalsTellNothing() throws {
        let headers = try headers()
        for altered in [Self.body + [0x20], Data("secretive".utf8), Data()] {
            let error = #expect(throws: ProviderKit.WebhookRefusal.self) {
                try DodoFixture.provider().verify(headers: headers, body: altered, at: Self.now)
            }
            let text = String(decoding: try #require(error).problem.body, as: UTF8.self)
            for hidden in ["secretive", "MfKQ", "ada@example.com", headers[2].value, "msg_1"] {
                #expect(!text.contains(hidden))
            }
        }
    }
}

/// How a server is configured for one mode, and for Dodo or a stand-in.
@Suite struct DodoSetupTests {
    private func dodo(
        _ mode: Dodo.Mode,
        _ baseURL: String? = nil,
        key: String? = "key",
        transport: FakeDodo = FakeDodo()
    ) throws -> Dodo {
        try Dodo(
            key: try key.map { try Secret($0) },
            mode: mode,
            baseURL: baseURL.map { try #require(URL(string: $0)) },
            clock: ImpatientClock(),
            transport: transport
        )
    }

    @Test(
        "Each mode has its own base address",
        arguments: [
            (Dodo.Mode.test, "https://test.dodopayments.com"), (.live, "https://live.dodopayments.com"),
        ]
    )
    func addresses(mode: Dodo.Mode, url: String) async throws {
        let transport = FakeDodo()
        let dodo = try dodo(mode, transport: transport)
        let events = try await dodo.look(up: "cks_1")
        #expect(events == nil)
        #expect(transport.requests.map(\.url.absoluteString) == ["\(url)/checkouts/cks_1"])
        #expect(transport.requests.map { $0.header("Authorization") } == ["Bearer key"])
        #expect(dodo.name == "dodo")
    }

    @Test("The other mode's base address is refused when the server starts")
    func otherMode() {
        let pairs: [(Dodo.Mode, String)] = [
            (.test, "https://live.dodopayments.com"), (.live, "https://test.dodopayments.com"),
            (.test, "https://LIVE.dodopayments.com/"), (.live, "http://test.dodopayments.com:80/x"),
        ]
        for (mode, url) in pairs {
            #expect(throws: InvalidInput.self) { try dodo(mode, url) }
        }
    }

    @Test("A webhook secret that can't sign is refused when the server starts")
    func secrets() throws {
        let secret = try Secret("whsec_short")
        #expect(throws: InvalidInput.self) { try Dodo(key: nil, webhookSecrets: [secret], mode: .test) }
    }

    @Test("A live key is only sent over https, and a test key may be sent over http to a stand-in")
    func inTheClear() async throws {
        let transport = FakeDodo()
        let live = try dodo(.live, "http://127.0.0.1:8080", transport: transport)
        let error = await #expect(throws: ProviderKit.Failure.self) { try await live.look(up: "cks_1") }
        guard case .misconfigured = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(transport.requests.isEmpty)
        let test = try dodo(.test, "http://127.0.0.1:8080/dodo", transport: transport)
        let events = try await test.look(up: "cks_1")
        #expect(events == nil)
        #expect(transport.requests.map(\.url.absoluteString) == ["http://127.0.0.1:8080/dodo/checkouts/cks_1"])
    }

    @Test("A provider without a key sends no request and says that the key is missing")
    func noKey() async throws {
        let transport = FakeDodo()
        let dodo = try dodo(.test, key: nil, transport: transport)
        await #expect(throws: ProviderKit.Failure.misconfigured("no Dodo Payments key is set")) {
            try await dodo.look(up: "cks_1")
        }
        await #expect(throws: ProviderKit.Failure.misconfigured("no Dodo Payments key is set")) {
            try await dodo.history(since: Timestamp(rawValue: 0)) { _ in }.events
        }
        #expect(transport.requests.isEmpty)
    }

    @Test("A dump of the provider shows no secret")
    func dumpsNothing() throws {
        let dodo = try DodoFixture.provider()
        var text = "\(dodo)" + String(reflecting: dodo)
        dump(dodo, to: &text)
        #expect(!text.contains("do_not_show"))
        #expect(!text.contains("MfKQ"))
    }
}
