import Faregate
import Foundation

extension Purchase {
    /// What Stripe is told of a purchase. A session's metadata doesn't reach its payment, by which refunds and disputes
    /// name it, so the payment has the same.
    ///
    /// [Stripe: metadata](https://docs.stripe.com/metadata)
    func fields(price: String) -> [(name: String, value: String)] {
        let metadata = [
            ("faregate_purchase", id.rawValue), ("faregate_account", account.rawValue), ("faregate_pack", pack),
        ]
        return [
            (name: "mode", value: "payment"),
            (name: "line_items[0][price]", value: price),
            (name: "line_items[0][quantity]", value: "1"),
            (name: "client_reference_id", value: id.rawValue),
        ]
            + metadata.map { (name: "metadata[\($0)]", value: $1) }
            + metadata.map { (name: "payment_intent_data[metadata][\($0)]", value: $1) }
    }
}

/// What the caller of a checkout hands in for the customer.
struct StripePages {
    let fields: [(name: String, value: String)]

    init(success: String, cancel: String, customerEmail: String?) throws(CheckoutError) {
        // Stripe replaces it; a URL by the book has no braces.
        let filledIn = success.replacingOccurrences(of: "{CHECKOUT_SESSION_ID}", with: "cs_1")
        try StripePages.checkWebPage(filledIn, is: "success URL")
        try StripePages.checkWebPage(cancel, is: "cancel URL")
        var fields = [(name: "success_url", value: success), (name: "cancel_url", value: cancel)]
        if let customerEmail {
            do throws(InvalidInput) {
                fields.append((name: "customer_email", value: try checked(customerEmail, is: "an email address")))
            } catch {
                throw .invalidInput(error)
            }
        }
        self.fields = fields
    }

    /// Stripe takes 5000 characters at most.
    private static func checkWebPage(_ text: String, is what: String) throws(CheckoutError) {
        guard text.utf8.count <= 5000, URL(webPage: text) != nil else {
            throw .invalidInput(InvalidInput("the \(what) is not an http or https URL of at most 5000 bytes"))
        }
    }
}

extension CheckoutSession {
    /// - Throws: ``ProviderError`` unless the answer is an open session that charges what the policy says.
    init(stripe answer: Data, for purchase: Purchase) throws(ProviderError) {
        guard let session = try? JSONDecoder().decode(StripeSession.self, from: answer) else {
            throw .unusableAnswer(provider: "Stripe", "it is not JSON of a Checkout session")
        }
        guard let amount = session.amount else {
            throw .unusableAnswer(provider: "Stripe", "it has no amount_total and currency")
        }
        guard amount == purchase.price else {
            throw .priceMismatch(policy: purchase.price, provider: amount)
        }
        guard let id = session.id, let url = session.url.flatMap(URL.init(webPage:)), let livemode = session.livemode
        else { throw .unusableAnswer(provider: "Stripe", "it lacks the session's id, url or livemode") }
        self.init(id: id, url: url, purchase: purchase.id, livemode: livemode)
    }
}
