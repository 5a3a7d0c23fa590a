public import Faregate
import Foundation

extension Dodo {
    /// How long a checkout can be paid.
    ///
    /// [Dodo Payments: session validity](https://docs.dodopayments.com/developer-resources/checkout-session)
    static let checkoutLifetimeMilliseconds: Int64 = 24 * 3_600_000

    /// Opens a checkout of a purchase. The customer pays in the price's currency, and finds a field for a discount code only
    /// where the shop allows that: what is paid is what was sold, or more by the tax.
    ///
    /// Dodo knows no idempotency keys: asked twice, it opens two checkouts, and may remind the customer by e-mail of the
    /// one that nobody saw. So a request that may have been heard is not repeated; one that found no connection, or
    /// was answered with 429 or 503, is, up to three times. For a request of our own customers that is repeated, the
    /// ledger knows the checkout that is open.
    ///
    /// [Dodo Payments: create a checkout session](https://docs.dodopayments.com/api-reference/checkout-sessions/create)
    public func open(_ purchase: Purchase, _ order: ProviderKit.CheckoutOrder) async throws(ProviderKit.Failure)
        -> Purchase.Checkout
    {
        let api = try checkedAPI()
        if checksPrices { try await checkPrice(of: purchase, product: order.product, api) }
        // The clock is read before: Dodo's starts later, so a checkout that counts as open here is open there.
        let expiresAt = clock.now.advanced(byMilliseconds: Dodo.checkoutLifetimeMilliseconds)
        let fields = purchase.dodoCheckout(order).merging(options.fields) { own, _ in own }
        let answer: Data
        do throws(ProviderKit.Failure) {
            answer = try await api.post("checkouts", .json(.object(fields)), repeats: .unlessHeard)
        } catch .declined(let failure) {
            throw try await meaning(of: failure, order, api)
        }
        guard let session = ProviderObject(parsing: answer) else {
            throw unusable("it is not JSON of a checkout session")
        }
        guard let id = session.name("session_id"), isProviderID(id) else {
            throw unusable("it lacks the checkout session's id")
        }
        // Dodo leaves it out where nobody has to go there to pay, which nobody asked for.
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
    /// What Dodo is told of a purchase. The session's metadata becomes the payment's.
    fileprivate func dodoCheckout(_ order: ProviderKit.CheckoutOrder) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "product_cart": .array([
                .object(["product_id": .string(order.product), "quantity": .integer(Int64(quantity))])
            ]),
            "metadata": .object(
                Dictionary(metadata.map { ($0.name, JSONValue.string($0.value)) }) { first, _ in first }
            ),
            "billing_currency": .string(price.currency),
            // Dodo has nothing to put in this place, and takes no braces.
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
