import Faregate
import FaregatePayments
import FaregateSandbox
import Foundation
import HTTPTypes
import Hummingbird
import Testing

/// A webhook of Stripe about a paid checkout, with the secret and the time of its signature.
struct Webhook {
    var event = "evt_1"
    var payment = "pi_1"
    var checkout: Purchase.Checkout
    var product = "price_100"
    var amount = 1800
    /// The customer's details as JSON.
    var customer = "null"
    var secret = TestServer.webhookSecret
    var signedAt: Timestamp

    var body: String {
        """
        {"id":"\(event)","object":"event","type":"checkout.session.completed","livemode":false,"data":{"object":\
        {"id":"\(checkout.id)","object":"checkout.session","payment_status":"paid","status":"complete","currency":"usd",\
        "amount_total":\(amount),"payment_intent":"\(payment)","livemode":false,\
        "customer_details":\(customer),\
        "metadata":{"faregate_purchase":"\(checkout.purchase)","faregate_product":"\(product)","faregate_quantity":"1"}}}}
        """
    }

    var signature: String {
        get throws {
            Stripe.Signature.sign(body: Data(body.utf8), secret: try Secret(secret), at: signedAt)
        }
    }

    /// - Parameter altered: the body that arrives instead of the signed one.
    func deliver(to browser: Browser, altered: String? = nil) async throws -> Answer {
        let name = try Self.headerName
        return try await browser.post(
            "/api/payments/stripe/webhook",
            altered ?? body,
            headers: [.contentType: "application/json", name: try signature]
        )
    }

    static var headerName: HTTPField.Name {
        get throws {
            guard let name = HTTPField.Name(Stripe.Signature.headerName) else { throw InvalidInput("not a header") }
            return name
        }
    }
}

extension TestServer {
    /// Opens a checkout of the pack of 100, as the server does for a customer who buys it.
    func openCheckout(for account: AccountID) async throws -> Purchase.Checkout {
        let key = try Secret("sk_test_checkout")
        let sandbox = try PaymentSandbox(
            .stripe,
            key: key,
            webhookSecret: Secret(Self.webhookSecret),
            pages: "https://checkout.stripe.com",
            clock: clock
        ) { [policy] product in policy.packs.values.first { $0.products["stripe"] == product }?.price }
        let stripe = Stripe(key: key, clock: clock, transport: SandboxTransport(sandbox))
        return try await Payments(providers: [stripe], ledger: ledger, policies: policy, clock: clock).checkout(
            pack: "100",
            for: account,
            provider: "stripe",
            successURL: "https://shop.example/thanks",
            cancelURL: "https://shop.example/packs"
        )
    }
}
