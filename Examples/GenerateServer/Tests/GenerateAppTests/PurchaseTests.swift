import Faregate
import FaregateTesting
import Foundation
import HTTPTypes
import Testing

@testable import GenerateApp

/// The whole way of a purchase, over HTTP: the shop calls the sandbox as it would call Stripe, and the sandbox calls
/// the shop's webhook as Stripe would.
@Suite(.serialized) struct PurchaseTests {
    @Test func aPackBoughtInTheSandboxArrivesAndPaysForPictures() async throws {
        let server = try await TestServer(openingCredits: 5)
        try await server.runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).status == 402)

            let checkout = try await ana.post("/api/billing/checkout", #"{"pack":"100"}"#)
            #expect(checkout.status == 200)
            let page = try #require(URL(string: try checkout.text("url"))).path()
            #expect(try await browser.get(page).page.contains("Pay $18"))
            #expect(try await ana.remaining() == 5)

            var way = ""
            for _ in 0..<2 {
                let paid = try await browser.post("\(page)/pay", "", headers: [:])
                #expect(paid.status == 303)
                way = try #require(paid.headers[.location])
                #expect(way.contains("/billing?paid=cs_test_"))
                #expect(try await ana.remaining() == 105)
            }
            let back = String(way.trimmingPrefix("http://127.0.0.1:\(try #require(browser.port))"))
            #expect(try await ana.get(back).page.contains("100 credits have arrived"))
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).status == 200)
            #expect(try await ana.remaining() == 95)
            #expect(try await ana.get(back).page.contains("100 credits have arrived"))
        }
    }

    @Test func thePageBackFromACheckoutWaitsForThatPaymentWhateverWasBoughtBefore() async throws {
        let server = try await TestServer()
        let purchase = try await server.recordPurchase(for: "ana")
        try await server.runLive { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            let earlier = Webhook(purchase: purchase.id, signedAt: server.clock.now)
            #expect(try await earlier.deliver(to: browser).status == 200)
            let checkout = try await ana.post("/api/billing/checkout", #"{"pack":"50"}"#)
            let page = try #require(URL(string: try checkout.text("url"))).path()

            let latest = try #require(try await ana.get("/api/credits/history").list("entries").first?["id"])
            let back = "/billing?paid=cs_test_2&after=\(latest)"
            for address in [back, "/billing?paid=x", "/billing?paid=x&after=", "/billing?paid=x&after=y"] {
                let waiting = try await ana.get(address).page
                #expect(waiting.contains("Waiting for the payment"))
                #expect(!waiting.contains("have arrived"))
            }
            let paid = try await browser.post("\(page)/pay", "", headers: [:])
            #expect(paid.headers[.location]?.hasSuffix("&after=\(latest)") == true)
            #expect(try await ana.get(back).page.contains("50 credits have arrived"))
        }
    }

    @Test func theSandboxRepeatsACheckoutUnderTheSameKeyAndWantsItsOwn() async throws {
        let server = try await TestServer()
        guard case .sandbox(let key, _) = server.settings.payments else { return }
        let idempotencyKey = try #require(HTTPField.Name("Idempotency-Key"))
        try await server.run { browser async throws in
            let path = "/sandbox/stripe/v1/checkout/sessions"
            let form = "mode=payment&line_items[0][price]=price_50&line_items[0][quantity]=1&success_url=http://x/"
            let headers: HTTPFields = [.authorization: "Bearer \(key)", idempotencyKey: "k1"]
            let first = try await browser.post(path, form, headers: headers)
            let second = try await browser.post(path, form, headers: headers)
            #expect(first.status == 200)
            #expect(try first.text("id") == second.text("id"))
            #expect(try first.text("id").hasPrefix("cs_test_"))
            #expect(try first.number("amount_total") == 1000)
            #expect(try first.text("payment_status") == "unpaid")
            #expect(try await browser.post(path, form + "&x=1", headers: headers).status == 400)
            #expect(try await browser.post(path, form, headers: [.authorization: "Bearer sk"]).status == 401)
            #expect(try await browser.post(path, "mode=payment", headers: headers).status == 400)
        }
    }

    @Test func whereAStripeKeyIsSetThereIsNoSandbox() async throws {
        let environment = ["STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": TestServer.webhookSecret]
        let server = try await TestServer(environment: environment)
        try await server.run { browser async throws in
            #expect(try await browser.get("/sandbox/checkout/cs_test_1").status == 404)
            #expect(try await browser.post("/sandbox/stripe/v1/checkout/sessions", "").status == 404)
            #expect(try await !browser.signedIn(as: "ana").get("/billing").page.contains("Sandbox"))
        }
    }
}
