import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import HTTPTypes
import Testing

@testable import GenerateApp

/// A whole purchase over HTTP: the shop calls the sandbox as it would call the provider, and the sandbox calls the
/// shop's webhook as the provider would.
@Suite(.serialized) struct PurchaseTests {
    static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    @Test("A pack bought in the sandbox pays for pictures", arguments: ["stripe", "dodo"])
    func sandboxPurchase(provider: String) async throws {
        let server = try await TestServer(openingCredits: 5)
        try await server.runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).status == 402)

            let page = try await ana.checkout(#"{"pack":"100","provider":"\#(provider)"}"#)
            #expect(page.hasPrefix("/sandbox/\(provider)/checkout/"))
            #expect(try await browser.get(page).page.contains("Pay $18"))
            #expect(try await ana.remaining() == 5)

            var back = ""
            for _ in 0..<2 {
                back = try await browser.press("pay", at: page)
                #expect(back.hasPrefix("/billing?purchase=pur_"))
                #expect(try await ana.remaining() == 105)
            }
            let billing = try await ana.get(back).page
            #expect(billing.contains("100 credits have arrived"))
            #expect(billing.contains("Your purchases"))
            let receipt = try #require(try await ana.purchases().first?["receipt"] as? String)
            #expect(billing.contains(receipt))
            #expect(try await browser.get(try #require(URL(string: receipt)).path()).page.contains("$18"))
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).status == 200)
            #expect(try await ana.remaining() == 95)
        }
    }

    @Test("Several packs bought at once are one purchase", arguments: ["stripe", "dodo"])
    func quantity(provider: String) async throws {
        try await TestServer().runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let page = try await ana.checkout(#"{"pack":"50","quantity":3,"provider":"\#(provider)"}"#)
            #expect(try await browser.get(page).page.contains("150 credits"))
            _ = try await browser.press("pay", at: page)
            #expect(try await ana.remaining() == 200)
            for order in [
                #"{"pack":"50","quantity":10}"#, #"{"pack":"50","quantity":0}"#, #"{"pack":"100","quantity":2}"#,
            ] {
                #expect(try await ana.post("/api/billing/checkout", order).status == 400)
            }
            #expect(try await ana.post("/api/billing/checkout", #"{"pack":"50","provider":"x"}"#).status == 404)
            #expect(try await ana.post("/api/billing/checkout", #"{"pack":"250","provider":"dodo"}"#).status == 404)
        }
    }

    @Test("A checkout request that is repeated under its key opens one checkout")
    func checkoutKey() async throws {
        try await TestServer().runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let name = try #require(HTTPField.Name("Idempotency-Key"))
            let headers: HTTPFields = [.contentType: "application/json", name: "\"k1\""]
            var addresses: Set<String> = []
            for _ in 0..<3 {
                let answer = try await ana.post("/api/billing/checkout", #"{"pack":"100"}"#, headers: headers)
                addresses.insert(try answer.text("url"))
            }
            #expect(addresses.count == 1)
            #expect(try await ana.post("/api/billing/checkout", #"{"pack":"50"}"#, headers: headers).status == 422)
        }
    }

    @Test("A discount code lowers the price and leaves the credits unchanged", arguments: ["stripe", "dodo"])
    func discountCode(provider: String) async throws {
        try await TestServer().runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let page = try await ana.checkout(#"{"pack":"100","provider":"\#(provider)"}"#)
            #expect(
                try await browser.post(page, "act=enterCode&code=NONE", headers: Self.form).page.contains(
                    "no such code"))
            let free = try await browser.post(page, "act=enterCode&code=free", headers: Self.form).page
            #expect(!free.contains("no such code") && !free.contains("declined"))
            _ = try await browser.press("pay", at: page)
            #expect(try await ana.remaining() == 150)
            #expect(try await ana.purchases().first?["status"] as? String == "paid")
            #expect(try await ana.get("/billing").page.contains("<td class=\"number\">$0</td>"))
        }
    }

    @Test("The landing page finds a payment whose webhook was lost", arguments: ["stripe", "dodo"])
    func lostWebhook(provider: String) async throws {
        let server = try await TestServer()
        try await server.runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let page = try await ana.checkout(#"{"pack":"100","provider":"\#(provider)"}"#)
            let purchase = try #require(try await ana.purchases().first?["id"] as? String)
            let back = "/billing?purchase=\(purchase)"
            #expect(try await ana.get(back).page.contains("Waiting for the payment"))
            #expect(try await ana.get("/api/billing/purchases/\(purchase)").text("status") == "opened")

            _ = try await browser.post("/sandbox/\(provider)/webhooks", "action=hold", headers: Self.form)
            _ = try await browser.press("pay", at: page)
            _ = try await browser.post("/sandbox/\(provider)/webhooks", "action=lose", headers: Self.form)
            #expect(try await ana.remaining() == 50)
            // The provider is not asked again for three seconds.
            server.clock.advance(by: .seconds(3))
            #expect(try await ana.get(back).page.contains("100 credits have arrived"))
            #expect(try await ana.remaining() == 150)
            #expect(try await ana.get("/api/billing/purchases/\(purchase)").text("status") == "paid")

            // No other account sees the purchase, and an unknown id is not found.
            let bob = try await browser.signedIn(as: "bob")
            #expect(try await bob.get("/api/billing/purchases/\(purchase)").status == 404)
            for address in [back, "/billing?purchase=", "/billing?purchase=pur_1", "/billing?purchase=%00"] {
                #expect(try await !bob.get(address).page.contains("have arrived"))
            }
        }
    }

    @Test("A bank transfer adds its credits when the money arrives")
    func latePayment() async throws {
        try await TestServer().runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let page = try await ana.checkout(#"{"pack":"100"}"#)
            let back = try await browser.press("payLater", at: page)
            #expect(try await ana.get(back).page.contains("Your payment is on its way"))
            #expect(try await ana.remaining() == 50)
            try await browser.act("arrive", at: page)
            #expect(try await ana.get(back).page.contains("100 credits have arrived"))
            #expect(try await ana.remaining() == 150)
        }
    }

    @Test("The billing page shows refunds and disputes")
    func refundsAndDisputes() async throws {
        try await TestServer().runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let page = try await ana.checkout(#"{"pack":"100","provider":"stripe"}"#)
            _ = try await browser.press("pay", at: page)
            try await browser.act("refund", at: page, amount: "450")
            #expect(try await ana.remaining() == 125)
            #expect(try await ana.get("/billing").page.contains("partly refunded, 75 credits left"))
            try await browser.act("dispute", at: page)
            #expect(try await ana.remaining() == 125)
            try await browser.act("withdrawFunds", at: page)
            #expect(try await ana.remaining() == 50)
            #expect(try await ana.get("/billing").page.contains("charged back"))
            try await browser.act("win", at: page)
            #expect(try await ana.remaining() == 125)
            // Repeated and shuffled webhooks change nothing.
            let checkout = try #require(page.split(separator: "/").last)
            for action in ["hold", "redeliver&checkout=\(checkout)", "duplicate", "shuffle", "deliver"] {
                let answer = try await browser.post("/sandbox/stripe/webhooks", "action=\(action)", headers: Self.form)
                #expect(answer.headers[.location] == "/sandbox")
            }
            #expect(try await ana.remaining() == 125)
        }
    }

    @Test("A declined card and a request of another site change nothing")
    func declinedCard() async throws {
        try await TestServer().runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let page = try await ana.checkout(#"{"pack":"100"}"#)
            let declined = try await browser.post(page, "act=decline", headers: Self.form)
            #expect(declined.status == 200)
            #expect(declined.page.contains("The bank declined the card"))
            let foreign: HTTPFields = [
                .contentType: "application/x-www-form-urlencoded", .origin: "http://evil.example",
            ]
            #expect(try await browser.post(page, "act=pay", headers: foreign).status == 403)
            #expect(try await browser.post("/sandbox/stripe/webhooks", "action=lose", headers: foreign).status == 403)
            #expect(try await ana.remaining() == 50)
            #expect(try await browser.post(page, "act=steal", headers: Self.form).status == 400)
            #expect(try await browser.get("/sandbox/stripe/checkout/cs_x").status == 404)
            #expect(try await browser.get("/sandbox/paypal/checkout/cs_x").status == 404)
            #expect(try await browser.get("/sandbox").page.contains("declined, still open"))
        }
    }

    @Test("The sandbox refuses requests without its own key")
    func sandboxKey() async throws {
        try await TestServer().run { browser async throws in
            for path in ["/sandbox/stripe/v1/checkout/sessions", "/sandbox/dodo/checkouts"] {
                #expect(try await browser.post(path, "", headers: [.authorization: "Bearer sk"]).status == 401)
            }
        }
    }

    @Test("There is no sandbox if the key of a provider is set")
    func noSandbox() async throws {
        let environment = ["STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": TestServer.webhookSecret]
        let server = try await TestServer(environment: environment)
        try await server.run { browser async throws in
            #expect(try await browser.get("/sandbox").status == 404)
            #expect(try await browser.get("/sandbox/stripe/checkout/cs_test_1").status == 404)
            #expect(try await browser.post("/sandbox/stripe/v1/checkout/sessions", "").status == 404)
            let billing = try await browser.signedIn(as: "ana").get("/billing").page
            #expect(!billing.contains("Sandbox"))
            #expect(!billing.contains("Dodo"))
        }
    }
}

extension Browser {
    /// Opens a checkout.
    ///
    /// - Returns: the path of its page.
    func checkout(_ order: String) async throws -> String {
        let answer = try await post("/api/billing/checkout", order)
        try #require(answer.status == 200, "\(answer.page)")
        return try #require(URL(string: try answer.text("url"))).path()
    }

    /// Presses a button of the checkout's page.
    ///
    /// - Returns: the address of the redirect, without the origin.
    func press(_ act: String, at page: String) async throws -> String {
        let answer = try await post(page, "act=\(act)", headers: PurchaseTests.form)
        try #require(answer.status == 303, "\(answer.page)")
        let way = try #require(answer.headers[.location])
        return String(way.trimmingPrefix("http://127.0.0.1:\(try #require(port))"))
    }

    /// Presses a button of the controls.
    fileprivate func act(_ act: String, at page: String, amount: String = "") async throws {
        let controls = try await get("/sandbox").page
        // The button's form, which contains the id of the refund or dispute.
        let forms = controls.components(separatedBy: "<form method=\"post\"")
        let form = try #require(forms.first { $0.contains("value=\"\(act)\"") && $0.contains("/acts/") }, "\(act)")
        let object = try #require(form.firstMatch(of: /name="object" value="([^"]*)"/)).1
        let answer = try await post(
            page.replacing("/checkout/", with: "/acts/"),
            "act=\(act)&object=\(object)&amount=\(amount)",
            headers: PurchaseTests.form
        )
        #expect(answer.headers[.location] == "/sandbox")
    }

    fileprivate func purchases() async throws -> [[String: Any]] {
        try await get("/api/billing/purchases").list("purchases")
    }
}
