import Faregate
import FaregateSQLite
import FaregateSandbox
import FaregateTesting
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import GenerateApp

/// The demo login takes any name, so it is for one machine or a public demo, and never for real money.
@Suite(.serialized) struct DemoLoginTests {
    private static let liveStripe = ["STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"]
    private static let testStripe = ["STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"]

    private static func dodo(_ mode: String) -> [String: String] {
        [
            "DODO_PAYMENTS_API_KEY": "key", "DODO_PAYMENTS_WEBHOOK_KEY": TestServer.webhookSecret,
            "DODO_PAYMENTS_ENVIRONMENT": mode,
        ]
    }

    @Test(
        "The demo login is on by default only on loopback and without a live key",
        arguments: [
            ([:], .on), (["HOST": "localhost"], .on), (["HOST": "::1", "HOST_URL": "http://[::1]:8080"], .on),
            (testStripe, .on), (testStripe.merging(dodo("test_mode")) { $1 }, .on),
            (["DEMO_LOGIN": "off"], .offByChoice), (liveStripe.merging(["DEMO_LOGIN": "off"]) { $1 }, .offByChoice),
            (["HOST": "0.0.0.0", "PAYMENTS": "sandbox"], .offInPublic),
            (["HOST_URL": "https://demo.example", "PAYMENTS": "sandbox"], .offInPublic),
            (["HOST_URL": "http://127.0.0.1.demo.example", "PAYMENTS": "sandbox"], .offInPublic),
            (testStripe.merging(["HOST_URL": "https://demo.example"]) { $1 }, .offInPublic),
            (["HOST": "127.demo.example", "PAYMENTS": "sandbox"], .offInPublic),
            (["HOST": "0.0.0.0", "PAYMENTS": "sandbox", "DEMO_LOGIN": "on"], .on),
            (["HOST_URL": "https://demo.example", "PAYMENTS": "sandbox", "DEMO_LOGIN": "on"], .on),
            (liveStripe, .offForLiveKey), (dodo("live_mode"), .offForLiveKey),
            (liveStripe.merging(["HOST_URL": "https://shop.example"]) { $1 }, .offForLiveKey),
            (testStripe.merging(dodo("live_mode")) { $1 }, .offForLiveKey),
            (liveStripe.merging(dodo("test_mode")) { $1 }, .offForLiveKey),
        ] as [([String: String], Settings.DemoLogin)])
    func demoLogin(environment: [String: String], login: Settings.DemoLogin) throws {
        #expect(try Settings(environment: environment).demoLogin == login)
    }

    @Test(
        "The demo login can't be turned on beside a key that may be live",
        arguments: [
            "sk_live_1", "rk_live_1", "sk_1", "sk_live_a_test_1", "pk_test_1", "SK_TEST_1", "xsk_test_1", "sk_test",
        ], [[:], ["HOST_URL": "https://shop.example"], ["HOST": "0.0.0.0"]])
    func liveKey(key: String, place: [String: String]) throws {
        var environment = place.merging(["STRIPE_SECRET_KEY": key, "STRIPE_WEBHOOK_SECRET": "whsec_1"]) { $1 }
        #expect(try Settings(environment: environment).demoLogin == .offForLiveKey)
        environment["DEMO_LOGIN"] = "on"
        let error = try #require(#expect(throws: InvalidInput.self) { try Settings(environment: environment) })
        #expect(error.description.contains("DEMO_LOGIN"))
        #expect(error.description.contains("Stripe"))
        #expect(!error.description.contains(key))
    }

    @Test("The demo login can't be turned on if one provider's key is live", arguments: [liveStripe, [:], testStripe])
    func oneLiveKey(other: [String: String]) throws {
        let environment = other.merging(Self.dodo("live_mode")) { $1 }.merging(["DEMO_LOGIN": "on"]) { $1 }
        let error = try #require(#expect(throws: InvalidInput.self) { try Settings(environment: environment) })
        #expect(error.description.contains("Dodo Payments"))
    }

    @Test(
        "The mode of a key is also read from a key file",
        arguments: [("sk_test_1\n", true), ("rk_test_1", true), ("sk_live_1\n", false), ("sk_1", false)])
    func keyFile(key: String, isTest: Bool) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)")
        try Data(key.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let environment = ["STRIPE_SECRET_KEY_FILE": file.path(), "STRIPE_WEBHOOK_SECRET": "whsec_1"]
        #expect(try Settings(environment: environment).demoLogin == (isTest ? .on : .offForLiveKey))
    }

    @Test("The page and the route explain why the demo login is off")
    func explanation() async throws {
        var server = try await TestServer()
        server.settings.demoLogin = .offForLiveKey
        try await server.run { browser async throws in
            let answer = try await browser.post("/api/session", #"{"user":"ana"}"#)
            #expect(answer.status == 403)
            #expect(try answer.text("detail").contains("key is live"))
            let page = try await browser.get("/").page
            #expect(page.contains("key is live"))
            #expect(!page.contains("data-sign-in"))
        }
    }

    @Test("Sessions of the demo login end when it is turned off")
    func endedSessions() async throws {
        var server = try await TestServer()
        server.settings.sessionKey = SessionKey.random()
        var strict = server
        strict.settings.demoLogin = .offForLiveKey
        let (app, strictApp) = (try server.build(), try strict.build())
        try await app.test(.router) { client in
            let ana = try await Browser(client).signedIn(as: "ana")
            #expect(try await ana.get("/api/credits").status == 200)
            try await strictApp.test(.router) { client in
                let there = Browser(send: Browser(client).send, token: ana.token)
                let answer = try await there.get("/api/credits")
                #expect(answer.status == 401)
            }
        }
        await server.ledger.close()
    }

    @Test(
        "A request through a proxy that the settings don't name is refused, except a webhook",
        arguments: ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"])
    func unknownProxy(header: String) async throws {
        let name = try #require(HTTPField.Name(header))
        let server = try await TestServer()
        let checkout = try await server.openCheckout(for: "ana")
        try await server.run { browser async throws in
            let headers: HTTPFields = [.contentType: "application/json", name: "203.0.113.7"]
            let answer = try await browser.post("/api/session", #"{"user":"ana"}"#, headers: headers)
            #expect(answer.status == 403)
            #expect(try answer.text("detail").contains("HOST_URL"))
            for path in ["/", "/sandbox", "/sandbox/stripe/checkout/cs_1", "/api/credits"] {
                #expect(try await browser.get(path, headers: headers).status == 403)
            }
            // Webhooks reach a developer's machine through proxies, and their signature proves the sender.
            let webhook = Webhook(checkout: checkout, signedAt: server.clock.now)
            var signed = headers
            signed[try Webhook.headerName] = try webhook.signature
            #expect(try await browser.post("/api/payments/stripe/webhook", webhook.body, headers: signed).status == 200)
        }
    }

    @Test("A request to another host name is refused")
    func foreignName() async throws {
        try await TestServer().runLive { browser async throws in
            let host = try #require(HTTPField.Name("Host"))
            for (name, status) in [("shop.example", 403), ("127.shop.example", 403), ("127.0.0.1", 200)] {
                let headers: HTTPFields = [host: name, .contentType: "application/json"]
                #expect(try await browser.post("/api/session", #"{"user":"ana"}"#, headers: headers).status == status)
                #expect(try await browser.get("/sandbox", headers: [host: name]).status == status)
            }
        }
    }

    @Test("A public demo is reached through its proxy")
    func publicDemo() async throws {
        let environment = ["HOST_URL": "https://demo.example", "PAYMENTS": "sandbox", "DEMO_LOGIN": "on"]
        try await TestServer(environment: environment).run { browser async throws in
            let name = try #require(HTTPField.Name("X-Forwarded-For"))
            let headers: HTTPFields = [.contentType: "application/json", name: "203.0.113.7"]
            #expect(try await browser.post("/api/session", #"{"user":"ana"}"#, headers: headers).status == 200)
        }
    }
}
