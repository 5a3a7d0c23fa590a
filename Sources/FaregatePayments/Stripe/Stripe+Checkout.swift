public import Faregate
import Foundation

extension Stripe {
    /// Opens a Checkout session, with the purchase's id as the idempotency key: a repeated request gets the same
    /// session.
    ///
    /// The session uses the price's own currency, even if the price also has an amount in the customer's currency
    /// (`currency_options`). So the payment can be compared with the purchase.
    ///
    /// [Stripe: create a Checkout session](https://docs.stripe.com/api/checkout/sessions/create),
    /// [idempotent requests](https://docs.stripe.com/api/idempotent_requests)
    public func open(_ purchase: Purchase, _ order: ProviderKit.CheckoutOrder) async throws(ProviderKit.Failure)
        -> Purchase.Checkout
    {
        let api = try checkedAPI()
        // The request differs for another customer, so its key differs too.
        let key = [purchase.id.rawValue, order.customer].compactMap(\.self).joined(separator: "-")
        let answer: Data
        do throws(ProviderKit.Failure) {
            answer = try await api.post(
                "v1/checkout/sessions",
                .form(purchase.stripeFields(order) + options.fields(order, at: api.clock.now)),
                headers: [("Idempotency-Key", key)]
            )
        } catch .declined(let failure) {
            throw failure.meaning
        }
        guard let object = ProviderObject(parsing: answer) else {
            throw .unusableAnswer(provider: "Stripe", "it is not a Checkout session in JSON")
        }
        try object.checkFixed()
        let (checkout, paid) = try read(object, for: purchase)
        guard purchase.isPrice(paid.amount, tax: paid.tax, discount: paid.discount) else {
            throw .priceMismatch(policy: purchase.price, provider: paid.amount)
        }
        return checkout
    }

    private func read(
        _ object: ProviderObject,
        for purchase: Purchase
    ) throws(ProviderKit.Failure) -> (Purchase.Checkout, paid: StripeSession.Total) {
        do throws(Unreadable) {
            let session = try StripeSession(object)
            let checkout = Purchase.Checkout(
                purchase: purchase.id,
                id: session.id,
                url: try object.needed("url", object.text("url").flatMap(URL.init(webPage:))),
                expiresAt: (try object.amount("expires_at")).map { Timestamp(rawValue: $0 * 1000) }
            )
            return (checkout, try session.total)
        } catch {
            throw .unusableAnswer(provider: "Stripe", error.reason)
        }
    }
}

extension Purchase {
    /// The fields of a session for the purchase. Stripe doesn't copy a session's metadata to its payment, and refunds
    /// and disputes refer to the payment, so the payment gets its own copy. The session's metadata also says what was
    /// sold, because events show metadata but not line items.
    ///
    /// [Stripe: metadata](https://docs.stripe.com/metadata)
    fileprivate func stripeFields(_ order: ProviderKit.CheckoutOrder) -> [(name: String, value: String)] {
        let fields = [
            (name: "mode", value: "payment"),
            (name: "line_items[0][price]", value: order.product),
            (name: "line_items[0][quantity]", value: "\(quantity)"),
            (name: "currency", value: price.currency.lowercased()),
            (name: "expand[0]", value: "line_items"),
            (name: "client_reference_id", value: id.rawValue),
            (name: "success_url", value: order.successURL),
            (name: "cancel_url", value: order.cancelURL),
        ]
        return fields
            + metadata.map { (name: "metadata[\($0.name)]", value: $0.value) }
            + metadata.map { (name: "payment_intent_data[metadata][\($0.name)]", value: $0.value) }
    }
}

extension ProviderObject {
    /// - Throws: ``ProviderKit/Failure`` if the session visibly lets the customer change the amount.
    ///
    /// [Stripe: let customers choose what to pay](https://docs.stripe.com/payments/checkout/pay-what-you-want),
    /// [cross-sells](https://docs.stripe.com/payments/checkout/cross-sells)
    fileprivate func checkFixed() throws(ProviderKit.Failure) {
        let prices = object("line_items")?.list("data").compactMap { $0.object("price") } ?? []
        if let price = prices.first(where: { $0.has("custom_unit_amount") }) {
            throw .misconfigured(
                "the customer chooses the amount of the price \(price.name("id") ?? "") at Stripe; give it a fixed amount"
            )
        }
        guard isEmptyList("optional_items") else {
            throw .misconfigured(
                "the checkout offers more than the pack; remove the cross-sells from the product at Stripe")
        }
    }
}

extension ProviderKit.Decline {
    /// Classifies Stripe's refusal to open a session or to make a customer.
    var meaning: ProviderKit.Failure {
        switch (code, param) {
        case ("email_invalid", _), (_, "customer_email"), (_, "email"): .invalidEmail(provider: provider)
        case ("resource_missing", "customer"): .unknownCustomer(provider: provider)
        default: .declined(self)
        }
    }
}
