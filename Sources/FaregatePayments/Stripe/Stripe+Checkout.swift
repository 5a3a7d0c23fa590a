public import Faregate
import Foundation

extension Stripe {
    /// Opens a Checkout session, under the purchase's id as the idempotency key: a repeat finds the same session.
    ///
    /// [Stripe: create a Checkout session](https://docs.stripe.com/api/checkout/sessions/create),
    /// [idempotent requests](https://docs.stripe.com/api/idempotent_requests)
    public func open(_ purchase: Purchase, _ order: CheckoutOrder) async throws(ProviderError) -> OpenCheckout {
        let answer = try await checkedAPI().post(
            "v1/checkout/sessions",
            .form(purchase.stripeFields(order)),
            headers: [("Idempotency-Key", purchase.id.rawValue)]
        )
        guard let object = ProviderObject(parsing: answer) else {
            throw .unusableAnswer(provider: "Stripe", "it is not JSON of a Checkout session")
        }
        let (checkout, amount, tax) = try read(object, for: purchase)
        let net = Money(minorUnits: amount.minorUnits - tax, currency: amount.currency)
        guard amount == purchase.price || net == purchase.price else {
            throw .priceMismatch(policy: purchase.price, provider: amount)
        }
        return checkout
    }

    private func read(
        _ object: ProviderObject,
        for purchase: Purchase
    ) throws(ProviderError) -> (OpenCheckout, amount: Money, tax: Int64) {
        do throws(Unreadable) {
            let session = try StripeSession(object)
            let checkout = OpenCheckout(
                purchase: purchase.id,
                id: session.id,
                url: try object.needed("url", object.text("url").flatMap(URL.init(webPage:))),
                expiresAt: (try object.amount("expires_at")).map { Timestamp(rawValue: $0 * 1000) }
            )
            return (checkout, try object.needed("amount_total", try session.amount), try session.tax)
        } catch {
            throw .unusableAnswer(provider: "Stripe", error.reason)
        }
    }
}

extension Purchase {
    /// What Stripe is told of a purchase. A session's metadata doesn't reach its payment, by which refunds and disputes
    /// name it, so the payment has the same. What is sold stands in the session's once more: its events tell that, and
    /// don't tell the line items.
    ///
    /// [Stripe: metadata](https://docs.stripe.com/metadata)
    fileprivate func stripeFields(_ order: CheckoutOrder) -> [(name: String, value: String)] {
        let fields = [
            (name: "mode", value: "payment"),
            (name: "line_items[0][price]", value: order.product),
            (name: "line_items[0][quantity]", value: "\(quantity)"),
            (name: "client_reference_id", value: id.rawValue),
            (name: "success_url", value: order.successURL),
            (name: "cancel_url", value: order.cancelURL),
        ]
        return fields
            + (order.customerEmail.map { [(name: "customer_email", value: $0)] } ?? [])
            + metadata.map { (name: "metadata[\($0.name)]", value: $0.value) }
            + metadata.map { (name: "payment_intent_data[metadata][\($0.name)]", value: $0.value) }
    }
}
