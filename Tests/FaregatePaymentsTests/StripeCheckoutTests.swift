import Faregate
import FaregatePayments
import Foundation
import Testing

/// The request to Stripe, field by field, and the answers that are refused.
@Suite struct StripeCheckoutTests {
    private func failure(
        at stripe: FakeStripe = FakeStripe(.session()),
        key: String? = Shop.key,
        baseURL: String = "https://api.stripe.com"
    ) async throws -> ProviderKit.Failure {
        let provider = try Shop(stripe).provider(key: key, baseURL: baseURL)
        let purchase = try Shop.sold()
        return try #require(
            await #expect(throws: ProviderKit.Failure.self) { try await provider.open(purchase, Self.order) }
        )
    }

    private static let order = ProviderKit.CheckoutOrder(
        product: "price_small",
        successURL: "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
        cancelURL: "https://shop.example/packs",
        customerEmail: "a+b@example.com"
    )

    @Test("A checkout request has exactly the fields that Stripe needs")
    func fields() async throws {
        let stripe = FakeStripe(.session(["amount_total": 600]))
        let provider = try Shop(stripe).provider()
        let pack = try #require(Shop.policy.packs["pieces"])
        let account: AccountID = "org 1&ü=[é]"
        let purchase = try Purchase(
            id: "pur_1",
            provider: "stripe",
            account: account,
            pack: pack,
            quantity: 20,
            policyVersion: "policy-1"
        )
        let checkout = try await provider.open(purchase, Self.order)
        #expect(checkout.purchase == "pur_1")
        #expect(checkout.id == "cs_test_1")
        #expect(checkout.url.absoluteString == "https://checkout.stripe.com/c/pay/cs_test_1#fid%2Fa")
        #expect(checkout.expiresAt == Timestamp(rawValue: 1_767_312_000_000))

        let request = try #require(stripe.requests.first)
        #expect(
            request.form == [
                "mode": "payment",
                "line_items[0][price]": "price_small",
                "line_items[0][quantity]": "20",
                "currency": "usd",
                "expand[0]": "line_items",
                "client_reference_id": "pur_1",
                "metadata[faregate_purchase]": "pur_1",
                "metadata[faregate_account]": "org 1&ü=[é]",
                "metadata[faregate_pack]": "pieces",
                "metadata[faregate_product]": "price_pieces",
                "metadata[faregate_quantity]": "20",
                "metadata[faregate_credits]": "140",
                "metadata[faregate_price]": "600 USD",
                "metadata[faregate_policy]": "policy-1",
                "payment_intent_data[metadata][faregate_purchase]": "pur_1",
                "payment_intent_data[metadata][faregate_account]": "org 1&ü=[é]",
                "payment_intent_data[metadata][faregate_pack]": "pieces",
                "payment_intent_data[metadata][faregate_product]": "price_pieces",
                "payment_intent_data[metadata][faregate_quantity]": "20",
                "payment_intent_data[metadata][faregate_credits]": "140",
                "payment_intent_data[metadata][faregate_price]": "600 USD",
                "payment_intent_data[metadata][faregate_policy]": "policy-1",
                "success_url": "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
                "cancel_url": "https://shop.example/packs",
                "customer_email": "a+b@example.com",
            ]
        )
        #expect(request.method == .post)
        #expect(request.url.absoluteString == "https://api.stripe.com/v1/checkout/sessions")
        #expect(request.header("Authorization") == "Bearer \(Shop.key)")
        #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
        #expect(request.header("Idempotency-Key") == "pur_1")
        #expect(request.header("Stripe-Version") == "2026-10-28.endive")
        #expect(request.headers.count == 4)
        #expect(request.timeout == .seconds(15))
    }

    @Test("Field names keep their brackets, and values are escaped")
    func escapes() async throws {
        let stripe = FakeStripe(.session())
        let pack = try #require(Shop.policy.packs["small"])
        let purchase = try Purchase(
            id: "pur_1",
            provider: "stripe",
            account: "a b+c&d=é~*",
            pack: pack,
            policyVersion: "policy-1"
        )
        _ = try await Shop(stripe).provider().open(purchase, Self.order)
        let body = String(decoding: try #require(stripe.requests.first).body, as: UTF8.self)
        #expect(body.hasPrefix("mode=payment&line_items[0][price]=price_small&line_items[0][quantity]=1&"))
        #expect(body.contains("&metadata[faregate_account]=a+b%2Bc%26d%3D%C3%A9%7E%2A&"))
        #expect(
            body.contains("&success_url=https%3A%2F%2Fshop.example%2Fthanks%3Fsession%3D%7BCHECKOUT_SESSION_ID%7D&")
        )
    }

    @Test(
        "The base address may be a stand-in for Stripe",
        arguments: [
            ("http://localhost:12111", "http://localhost:12111/v1/checkout/sessions"),
            ("http://localhost:12111/", "http://localhost:12111/v1/checkout/sessions"),
            ("https://proxy.example/stripe", "https://proxy.example/stripe/v1/checkout/sessions"),
        ]
    )
    func standIn(baseURL: String, url: String) async throws {
        let stripe = FakeStripe(.session())
        _ = try await Shop(stripe).provider(baseURL: baseURL).open(try Shop.sold(), Self.order)
        #expect(stripe.requests.map(\.url.absoluteString) == [url])
    }

    @Test(
        "A checkout whose price differs from the policy's is refused",
        arguments: [
            (["amount_total": 999], "9.99 USD"), (["amount_total": 100_000], "1000.00 USD"),
            (["currency": "eur"], "10.00 EUR"), (["currency": "jpy"], "1000 JPY"),
            (["amount_total": 1190, "total_details": ["amount_tax": 100]], "11.90 USD"),
        ] as [([String: JSON?], String)]
    )
    func otherPrice(changes: [String: JSON?], price: String) async throws {
        let error = try await failure(at: FakeStripe(.session(changes)))
        guard case .priceMismatch = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.contains("10.00 USD") && error.description.contains(price))
    }

    @Test("Tax on top of the price does not change the price")
    func taxOnTop() async throws {
        let stripe = FakeStripe(.session(["amount_total": 1190, "total_details": ["amount_tax": 190]]))
        let checkout = try await Shop(stripe).provider().open(try Shop.sold(), Self.order)
        #expect(checkout.id == "cs_test_1")
    }

    @Test(
        "An answer that lacks a field is refused",
        arguments: [
            ["id": nil], ["id": 1], ["url": JSON.null], ["url": "javascript:alert(1)"], ["url": nil],
            ["amount_total": JSON.null], ["amount_total": nil], ["amount_total": -1000], ["currency": nil],
            ["expires_at": -1], ["expires_at": "soon"],
        ] as [[String: JSON?]]
    )
    func lacking(changes: [String: JSON?]) async throws {
        let error = try await failure(at: FakeStripe(.session(changes)))
        guard case .unusableAnswer(provider: "Stripe", _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test(
        "An answer that is not a session is refused",
        arguments: [
            "", "[]", "<html>", "null", "{}", String(repeating: "[", count: 600),
        ]
    )
    func noSession(body: String) async throws {
        let stripe = FakeStripe(.response(ProviderKit.Response(status: 200, body: Data(body.utf8))))
        guard case .unusableAnswer = try await failure(at: stripe) else {
            Issue.record("it was used")
            return
        }
        #expect(stripe.requests.count == 1)
    }

    @Test("An answer larger than the limit is refused")
    func tooLarge() async throws {
        let body = Data(repeating: UInt8(ascii: " "), count: (8 << 20) + 1)
        let stripe = FakeStripe(.response(ProviderKit.Response(status: 200, body: body)))
        let error = try await failure(at: stripe)
        #expect(error.description.contains("larger than 8388608 bytes"))
    }

    @Test("A live key, or one without a mode, is only sent over https")
    func liveKeys() async throws {
        let stripe = FakeStripe(.session())
        for key in ["sk_live_do_not_show", "rk_live_do_not_show", "do_not_show", "my_test_do_not_show"] {
            let error = try await failure(at: stripe, key: key, baseURL: "http://stripe.example")
            #expect(error.description.contains("https") && !error.description.contains("do_not_show"))
            _ = try await Shop(stripe).provider(key: key).open(try Shop.sold(), Self.order)
        }
        #expect(stripe.requests.map(\.url.scheme) == Array(repeating: "https", count: 4))
        _ = try await Shop(stripe).provider(key: "rk_test_1", baseURL: "http://stripe.example").open(
            try Shop.sold(), Self.order)
        #expect(stripe.requests.last?.url.scheme == "http")
    }

    @Test(
        "A base address that isn't an http or https URL is a set-up mistake",
        arguments: [
            "ftp://stripe.example", "file:///tmp", "stripe",
        ]
    )
    func badBase(baseURL: String) async throws {
        guard case .misconfigured = try await failure(baseURL: baseURL) else {
            Issue.record("it was asked")
            return
        }
    }

    @Test("A provider without a key sends no request")
    func noKey() async throws {
        let stripe = FakeStripe(.session())
        #expect(try await failure(at: stripe, key: nil) == .misconfigured("no Stripe key is set"))
        #expect(stripe.requests.isEmpty)
    }
}
