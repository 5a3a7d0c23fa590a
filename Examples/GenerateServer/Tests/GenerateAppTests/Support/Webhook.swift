import Faregate
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation
import HTTPTypes
import Hummingbird
import Testing

/// What Stripe sends, and when and with which secret it was signed.
struct Webhook {
    var event = "evt_1"
    var session = "cs_test_1"
    var payment = "pi_1"
    var purchase: Purchase.ID
    var product = "price_100"
    var amount = 1800
    /// As JSON.
    var customer = "null"
    var secret = TestServer.webhookSecret
    var signedAt: Timestamp

    var body: String {
        """
        {"id":"\(event)","object":"event","type":"checkout.session.completed","livemode":false,"data":{"object":\
        {"id":"\(session)","object":"checkout.session","payment_status":"paid","status":"complete","currency":"usd",\
        "amount_total":\(amount),"payment_intent":"\(payment)","livemode":false,\
        "customer_details":\(customer),\
        "metadata":{"faregate_purchase":"\(purchase)","faregate_product":"\(product)","faregate_quantity":"1"}}}}
        """
    }

    var signature: String {
        get throws {
            Stripe.Signature.sign(body: Data(body.utf8), secret: try Secret(secret), at: signedAt)
        }
    }

    /// - Parameter altered: what arrives instead of what was signed.
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
    /// A checkout of the pack of 100, as the shop records it before it sends the customer away.
    func recordPurchase(for account: AccountID, checkout id: String = "cs_test_1") async throws -> Purchase {
        guard let pack = policy.packs["100"] else { throw InvalidInput("the test's policy sells 100") }
        let purchase = try Purchase(
            id: .random(),
            provider: "stripe",
            account: account,
            pack: pack,
            policyVersion: policy.version
        )
        try await ledger.record(purchase, under: policy.planBook, at: clock.now)
        let page = try #require(URL(string: "https://checkout.stripe.com/c/pay/\(id)"))
        let checkout = Purchase.Checkout(purchase: purchase.id, id: id, url: page, expiresAt: nil)
        try await ledger.attach(checkout, to: purchase.id, at: clock.now)
        return purchase
    }
}
