import Faregate
import Foundation

/// What is read of a Checkout session, wherever Stripe shows one.
///
/// [Stripe: the Checkout Session object](https://docs.stripe.com/api/checkout/sessions/object)
struct StripeSession {
    let id: String
    /// Whether it sells something, once: other modes say nothing of purchases.
    let isPayment: Bool
    let names: Purchase.Names
    private let object: ProviderObject

    init(_ object: ProviderObject) throws(Unreadable) {
        id = try object.needed("id", object.name("id"))
        isPayment = !["setup", "subscription"].contains(object.text("mode"))
        names = StripeSession.names(of: object)
        self.object = object
    }

    /// As far as they can be read.
    static func names(of object: ProviderObject) -> Purchase.Names {
        Purchase.Names(
            purchase: object.faregatePurchase ?? object.name("client_reference_id"),
            checkout: object.name("id"),
            payments: [object.id("payment_intent"), object.object("payment_intent")?.id("latest_charge")]
                .compactMap(\.self)
        )
    }

    /// Whether it was opened by Faregate: it says so in its metadata.
    var isOurs: Bool { object.faregatePurchase != nil }

    /// What the customer is charged, tax included, and what the customer pays less, which is no part of it.
    struct Total {
        let amount: Money
        let tax: Int64
        let discount: Purchase.Discount
    }

    var total: Total {
        get throws(Unreadable) {
            let amount = try object.needed("amount_total", try object.stripeMoney("amount_total"))
            let details = object.object("total_details")
            let tax = try details?.stripeMoney("amount_tax", in: amount.currency)?.minorUnits ?? 0
            guard tax <= amount.minorUnits else { throw Unreadable("its tax is more than its amount") }
            let less = try details?.stripeMoney("amount_discount", in: amount.currency)
            // A code without an amount says that there was a discount, and not how large.
            let untold = object.isEmptyList("discounts") ? Purchase.Discount.none : .unknown
            return Total(amount: amount, tax: tax, discount: less.map { .of($0.minorUnits) } ?? untold)
        }
    }

    /// A payment goes by its payment intent. What costs nothing has none, and goes by the session.
    private var payment: String { object.id("payment_intent") ?? id }

    /// A checkout is paid for when it is completed with the money there, or when the money of a delayed payment method
    /// has come in.
    ///
    /// [Stripe: fulfil orders](https://docs.stripe.com/checkout/fulfillment)
    func events(of type: String) throws(Unreadable) -> [Purchase.Event] {
        guard isPayment else { return [] }
        return withCart(try event(for: type))
    }

    /// A server needn't be the only one that sells through a Stripe account. Of the checkouts in a list that aren't ours, only
    /// those are of interest that somebody paid.
    func isWorthKnowing(_ events: [Purchase.Event]) -> Bool { isOurs || events.contains(where: \.isPaid) }

    /// What a payment is for is told before it, so that nothing is granted in between.
    private func withCart(_ event: Purchase.Event) -> [Purchase.Event] {
        guard event.isPaid, let cart else { return [event] }
        return [Purchase.Event(names: names, fact: .bought(payment: payment, cart)), event]
    }

    /// What it sells, as far as it says.
    ///
    /// A session that we open says it twice, by one request: in its line items, which Stripe shows to who asks for them and
    /// in no event, and in its metadata, which every event shows. Whichever is read, the fact is the same one.
    ///
    /// A session that names a purchase and says neither was not opened by us. That of a payment link, say, has the reference
    /// that stood in the link's address, where a customer can type any. It counts as something else than was sold, so that
    /// its money waits for a person.
    ///
    /// A session that names no purchase can only be one of ours by its own id. That one we know from Stripe's answer to the
    /// request that set the line items, so what it sells is what was sold, even if somebody has emptied its metadata since:
    /// nothing is held against it, and an honest customer doesn't wait.
    ///
    /// [Stripe: URL parameters of a payment link](https://docs.stripe.com/payment-links/url-parameters)
    private var cart: Purchase.Cart? {
        shownCart ?? namedCart ?? (names.purchase == nil ? nil : Purchase.Cart([], others: 1))
    }

    /// By the line items, where they are shown. A list that goes on holds more than one product.
    ///
    /// [Stripe: line items of a session](https://docs.stripe.com/api/checkout/sessions/line_items)
    private var shownCart: Purchase.Cart? {
        guard object.has("line_items") else { return nil }
        guard let list = object.object("line_items") else { return Purchase.Cart([], others: 1) }
        return list.cart("data", hasMore: list.flag("has_more") == true) { $0.id("price") }
    }

    /// By the metadata that we send along.
    private var namedCart: Purchase.Cart? {
        guard let metadata = object.object("metadata"), let product = metadata.name("faregate_product"),
            let quantity = metadata.integer("faregate_quantity")
        else { return nil }
        return Purchase.Cart([Purchase.ProductCount(product: product, quantity: quantity)])
    }

    private func event(for type: String) throws(Unreadable) -> Purchase.Event {
        switch type {
        case "checkout.session.expired": return event(.expired)
        case "checkout.session.async_payment_failed": return event(.paymentFailed(payment: payment))
        default: break
        }
        let isLate = type == "checkout.session.async_payment_succeeded"
        switch object.text("payment_status") {
        case "paid", "no_payment_required": return event(try paid)
        case nil where isLate && !object.has("payment_status"): return event(try paid)
        case "unpaid" where !isLate: return event(.pending(payment: payment))
        case "unpaid": throw Unreadable("its payment_status contradicts the event's type")
        default: throw Unreadable("its payment_status is missing, or not known")
        }
    }

    /// How it stands now, for who asks Stripe.
    var standing: [Purchase.Event] {
        get throws(Unreadable) { withCart(try standingEvent) }
    }

    private var standingEvent: Purchase.Event {
        get throws(Unreadable) {
            switch (object.text("status"), object.text("payment_status")) {
            case (_, "paid"), ("complete", "no_payment_required"): return event(try paid)
            case ("complete", _):
                // A delayed payment method: when it fails, the payment intent asks for another one.
                let intent = object.object("payment_intent")?.text("status")
                let hasFailed = ["requires_payment_method", "canceled"].contains(intent)
                return event(hasFailed ? .paymentFailed(payment: payment) : .pending(payment: payment))
            case ("expired", _): return event(.expired)
            default: return event(.opened)
            }
        }
    }

    private var paid: Purchase.Fact {
        get throws(Unreadable) {
            let total = try total
            return .paid(payment: payment, amount: total.amount, tax: total.tax, discount: total.discount)
        }
    }

    private func event(_ fact: Purchase.Fact) -> Purchase.Event {
        let charge = object.object("payment_intent")?.object("latest_charge")
        var billing = Purchase.BillingDetails(stripe: object.object("customer_details"))
        billing.email = billing.email ?? object.name("customer_email")
        billing.receipt = charge?.webPage("receipt_url")
        return Purchase.Event(
            names: names,
            fact: fact,
            billing: billing.isEmpty ? nil : billing,
            described: object.describedPurchase(at: Stripe.name)
        )
    }
}

extension Purchase.Event {
    var isPaid: Bool {
        if case .paid = fact { return true }
        return false
    }
}
