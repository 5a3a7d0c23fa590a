import Faregate
import FaregatePayments
import Foundation
import Testing

@Suite struct ProviderEnvironmentTests {
    private func open(at provider: some PaymentProvider) async throws -> Purchase.Checkout {
        let order = ProviderKit.CheckoutOrder(
            product: "p", successURL: "https://a", cancelURL: "https://a", customerEmail: nil)
        return try await provider.open(try Shop.sold(), order)
    }

    @Test("The environment sets up Stripe")
    func stripe() async throws {
        let transport = FakeStripe(.session())
        let environment = [
            "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1,whsec_2",
            "STRIPE_API_BASE": "http://localhost:1/stripe",
        ]
        let stripe = try Stripe(environment: environment, transport: transport)
        _ = try await open(at: stripe)
        let request = try #require(transport.requests.first)
        #expect(request.url.absoluteString == "http://localhost:1/stripe/v1/checkout/sessions")
        #expect(request.header("Authorization") == "Bearer sk_test_1")
        let body = StripeJSON.event("customer.created", [:]).data
        for secret in ["whsec_1", "whsec_2"] {
            let now = SystemClock().now
            let signature = Stripe.Signature.sign(body: body, secret: try Secret(secret), at: now)
            _ = try stripe.verify(headers: [("Stripe-Signature", signature)], body: body, at: now)
        }
    }

    @Test("An empty environment sets up no provider, and both still read stored events")
    func empty() async throws {
        for provider in [try Stripe(environment: [:]), try Dodo(environment: ["DODO_PAYMENTS_API_KEY": ""])]
            as [any PaymentProvider]
        {
            let error = await #expect(throws: ProviderKit.Failure.self) { try await open(at: provider) }
            guard case .misconfigured = error else {
                Issue.record("\(provider.name): \(String(describing: error))")
                continue
            }
        }
    }

    @Test("Dodo's mode must be set when a key or a secret is", arguments: [nil, "", "test", "live", "LIVE_MODE"])
    func dodoMode(mode: String?) {
        var environment = ["DODO_PAYMENTS_API_KEY": "key_do_not_show"]
        environment["DODO_PAYMENTS_ENVIRONMENT"] = mode
        let error = #expect(throws: InvalidInput.self) { try Dodo(environment: environment) }
        #expect(error?.description.hasPrefix("DODO_PAYMENTS_ENVIRONMENT must be ") == true)
    }

    @Test("The environment sets up Dodo", arguments: [("test_mode", Dodo.Mode.test), ("live_mode", .live)])
    func dodo(text: String, mode: Dodo.Mode) throws {
        let dodo = try Dodo(environment: ["DODO_PAYMENTS_API_KEY": "key", "DODO_PAYMENTS_ENVIRONMENT": text])
        #expect(dodo.mode == mode)
        let other = "https://\(mode == .test ? "live" : "test").dodopayments.com"
        #expect(throws: InvalidInput.self) {
            try Dodo(environment: [
                "DODO_PAYMENTS_API_KEY": "key", "DODO_PAYMENTS_ENVIRONMENT": text, "DODO_API_BASE": other,
            ])
        }
    }
}
