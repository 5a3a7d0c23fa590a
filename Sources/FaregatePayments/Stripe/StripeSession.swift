import Faregate
import Foundation

/// The parts of a Checkout session that are read, in an event, a list or a lookup.
///
/// [Stripe: the Checkout Session object](https://docs.stripe.com/api/checkout/sessions/object)
struct StripeSession {
    let id: String
    /// Whether the session is in payment mode. Sessions of other modes concern no purchase.
    let isPayment: Bool
    let names: Purchase.Names
    private let object: ProviderObject

    init(_ object: ProviderObject) throws(Unreadable) {
        id = try object.needed("id", object.name("id"))
        isPayment = !["setup", "subscription"].contains(object.text("mode"))
        names = StripeSession.names(of: object)
        self.object = object
    }

    /// Returns the ids of the session's order, as far as they can be read.
    static func names(of object: ProviderObject) -> Purchase.Names {
        Purchase.Names(
            purchase: object.faregatePurchase ?? object.name("client_reference_id"),
            checkout: object.name("id"),
            payments: [object.id("payment_intent"), object.object("payment_intent")?.id("latest_charge")]
                .compactMap(\.self)
        )
    }

    /// Whether Faregate opened the session, by its metadata.
    var isOurs: Bool { object.faregatePurchase != nil }

    /// The amount charged, tax included, and the discount, which is not part of that amount.
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
            // A code without an amount means a discount of unknown size.
            let unknown = object.isEmptyList("discounts") ? Purchase.Discount.none : .unknown
            return Total(amount: amount, tax: tax, discount: less.map { .of($0.minorUnits) } ?? unknown)
        }
    }

    /// The id of the session's payment intent. A free order has no payment intent, so its session's id is used.
    private var payment: String { object.id("payment_intent") ?? id }

    /// Returns the events for an event's type. A checkout is paid if the money is there when it completes, or if the
    /// money of a delayed payment method arrives later.
    ///
    /// [Stripe: fulfil orders](https://docs.stripe.com/checkout/fulfillment)
    func events(of type: String) throws(Unreadable) -> [Purchase.Event] {
        guard isPayment else { return [] }
        return withCart(try event(for: type))
    }

    /// Other shops may sell through the same Stripe account. A listed checkout of another shop is recorded only if
    /// somebody paid it.
    func isWorthKnowing(_ events: [Purchase.Event]) -> Bool { isOurs || events.contains(where: \.isPaid) }

    /// Reports the cart before the payment, so that nothing is granted in between.
    private func withCart(_ event: Purchase.Event) -> [Purchase.Event] {
        guard event.isPaid, let cart else { return [event] }
        return [Purchase.Event(names: names, fact: .bought(payment: payment, cart)), event]
    }

    /// The products of the session, as far as they are known.
    ///
    /// A session that we opened contains them twice: in its line items, which Stripe shows on request and in no event,
    /// and in its metadata, which every event shows. The same request set both, so both give the same fact.
    ///
    /// A session that has a purchase's id but lacks both was not opened by us. A payment link's session, for example,
    /// has the reference from the link's address, where a customer can type anything. Its cart counts as a product
    /// other than the sold one, so that its money waits for a person.
    ///
    /// A session without a purchase's id is ours only if the ledger knows the session's own id. Stripe gave us that id
    /// in answer to the request that set the line items. So its products are the sold ones, even if somebody has
    /// emptied its metadata since, and an honest customer doesn't have to wait.
    ///
    /// [Stripe: URL parameters of a payment link](https://docs.stripe.com/payment-links/url-parameters)
    private var cart: Purchase.Cart? {
        shownCart ?? namedCart ?? (names.purchase == nil ? nil : Purchase.Cart([], others: 1))
    }

    /// The cart from the line items, if they are shown. A list with further pages has more than one product.
    ///
    /// [Stripe: line items of a session](https://docs.stripe.com/api/checkout/sessions/line_items)
    private var shownCart: Purchase.Cart? {
        guard object.has("line_items") else { return nil }
        guard let list = object.object("line_items") else { return Purchase.Cart([], others: 1) }
        return list.cart("data", hasMore: list.flag("has_more") == true) { $0.id("price") }
    }

    /// The cart from the metadata that we send.
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

    /// The event for the session's present state, for a lookup.
    var currentEvents: [Purchase.Event] {
        get throws(Unreadable) { withCart(try standingEvent) }
    }

    private var standingEvent: Purchase.Event {
        get throws(Unreadable) {
            switch (object.text("status"), object.text("payment_status")) {
            case (_, "paid"), ("complete", "no_payment_required"): return event(try paid)
            case ("complete", _):
                // A delayed payment method: if it fails, the payment intent asks for another method.
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
