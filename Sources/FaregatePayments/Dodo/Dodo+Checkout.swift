public import Faregate
import Foundation

extension Dodo {
    /// How long a customer can pay a checkout after it was opened: a day.
    ///
    /// [Dodo Payments: session validity](https://docs.dodopayments.com/developer-resources/checkout-session)
    static let checkoutLifetimeMilliseconds: Int64 = 24 * 3_600_000

    /// Opens a checkout of a purchase. The customer pays in the price's currency, and the page has a field for a
    /// discount code only if the shop allows codes. So the customer pays the price of the sale, plus tax if it is
    /// added.
    ///
    /// Dodo has no idempotency keys: a repeated request opens a second checkout, and Dodo may remind the customer by
    /// e-mail of the unused one. So a request that Dodo may have acted on is not repeated. A request that found no
    /// connection, or that was answered with 429 or 503, is sent up to three times. If the shop's customer repeats a
    /// request under the same request key, the ledger finds the open checkout.
    ///
    /// [Dodo Payments: create a checkout session](https://docs.dodopayments.com/api-reference/checkout-sessions/create)
    public func open(_ purchase: Purchase, _ order: ProviderKit.CheckoutOrder) async throws(ProviderKit.Failure)
        -> Purchase.Checkout
    {
        let api = try checkedAPI()
        if checksPrices { try await checkPrice(of: purchase, product: order.product, api) }
        // The clock is read before the request, and Dodo's time starts later, so a checkout that is open here is open
        // at Dodo too.
        let expiresAt = clock.now.advanced(byMilliseconds: Dodo.checkoutLifetimeMilliseconds)
        let fields = purchase.dodoCheckout(order).merging(options.fields) { own, _ in own }
        let answer: Data
        do throws(ProviderKit.Failure) {
            answer = try await api.post("checkouts", .json(.object(fields)), repeats: .unlessReceived)
        } catch .declined(let failure) {
            throw try await meaning(of: failure, order, api)
        }
        guard let session = ProviderObject(parsing: answer) else {
            throw unusable("it is not a checkout session in JSON")
        }
        guard let id = session.name("session_id"), isProviderID(id) else {
            throw unusable("it lacks the checkout session's id")
        }
        // Dodo leaves the address out if the checkout needs no page. None of our requests asks for that.
        guard let url = session.webPage("checkout_url") else {
            throw unusable("it lacks the address of the checkout page")
        }
        return Purchase.Checkout(purchase: purchase.id, id: id, url: url, expiresAt: expiresAt)
    }

    func unusable(_ reason: String) -> ProviderKit.Failure {
        .unusableAnswer(provider: ProviderDialect.dodo.provider, reason)
    }
}

extension Purchase {
    /// The fields of a checkout session for the purchase. Dodo copies the session's metadata to the payment.
    fileprivate func dodoCheckout(_ order: ProviderKit.CheckoutOrder) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "product_cart": .array([
                .object(["product_id": .string(order.product), "quantity": .integer(Int64(quantity))])
            ]),
            "metadata": .object(
                Dictionary(metadata.map { ($0.name, JSONValue.string($0.value)) }) { first, _ in first }
            ),
            "billing_currency": .string(price.currency),
            // Dodo replaces no placeholder here and refuses braces, so Stripe's placeholder is removed.
            "return_url": .string(order.successURL.replacingOccurrences(of: "{CHECKOUT_SESSION_ID}", with: "")),
            "cancel_url": .string(order.cancelURL),
        ]
        if let customer = order.customer {
            fields["customer"] = .object(["customer_id": .string(customer)])
            fields["show_saved_payment_methods"] = .boolean(true)
        } else if let email = order.customerEmail {
            fields["customer"] = .object(["email": .string(email)])
        }
        return fields
    }
}
