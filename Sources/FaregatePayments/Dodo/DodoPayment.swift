import Faregate
import Foundation

/// A payment, in an event, a list or a lookup.
///
/// [Dodo Payments: payment webhook](https://docs.dodopayments.com/developer-resources/webhooks/intents/payment),
/// [get payment](https://docs.dodopayments.com/api-reference/payments/get-payments-1)
struct DodoPayment {
    let id: String
    let names: Purchase.Names
    let status: String?
    private let object: ProviderObject

    /// - Parameter checkout: the payment's checkout session, if it is known. It takes precedence over the payment's own
    ///   field.
    init(_ object: ProviderObject, checkout: String? = nil) throws(Unreadable) {
        id = try object.needed("payment_id", object.name("payment_id"))
        status = object.name("status")
        self.object = object
        names = DodoPayment.names(of: object, checkout: checkout)
    }

    /// Returns the ids of the payment's order, as far as they can be read.
    ///
    /// A later charge of a subscription has the metadata, and maybe the checkout, of the first charge, but it is not a
    /// sale of ours. The first charge may belong to one of our checkouts, if somebody has made the product a
    /// subscription since. It is matched by its checkout, and not by its metadata.
    static func names(of object: ProviderObject, checkout: String? = nil) -> Purchase.Names {
        guard !object.isFurtherCharge else { return ownName(of: object) }
        return Purchase.Names(
            purchase: object.isSubscription ? nil : object.faregatePurchase,
            checkout: checkout ?? object.name("checkout_session_id"),
            payments: ownName(of: object).payments
        )
    }

    /// Returns only the payment's own id, which its refunds and disputes contain too.
    static func ownName(of object: ProviderObject) -> Purchase.Names {
        Purchase.Names(payments: [object.name("payment_id")].compactMap(\.self))
    }

    /// The events that report this payment as paid. `total_amount` is the amount charged, tax included, in the smallest
    /// unit of `currency`. A tax that can't be read counts as zero: then only a total that equals the price counts as
    /// paid. The cart is reported before the payment, so that nothing is granted in between.
    var paid: [Purchase.Event] {
        get throws(Unreadable) {
            let total = try object.needed("total_amount", try object.amount("total_amount"))
            let amount = Money(
                minorUnits: total,
                currency: try object.needed("currency", object.currency("currency"))
            )
            let tax = (try? object.amount("tax")) ?? 0
            let fact = Purchase.Fact.paid(
                payment: id,
                amount: amount,
                tax: tax <= total ? tax : 0,
                discount: discount
            )
            return bought + [event(fact)]
        }
    }

    /// Dodo reports what the discount is (a percentage, or an amount off the product's own price), but not how much
    /// this customer saved.
    private var discount: Purchase.Discount {
        object.isEmptyList("discounts") && !object.has("discount_id") ? .none : .unknown
    }

    /// `product_cart` is `null` for subscriptions and in lists. Without a cart, the first charge of a subscription
    /// counts as a product other than a pack; any other payment reports nothing.
    private var bought: [Purchase.Event] {
        let readable = object.cart("product_cart", product: { $0.name("product_id") })
        let isFirstCharge = object.isSubscription && !object.isFurtherCharge
        guard let cart = readable ?? (isFirstCharge ? Purchase.Cart([], others: 1) : nil) else { return [] }
        return [Purchase.Event(names: names, fact: .bought(payment: id, cart))]
    }

    var pending: Purchase.Event { event(.pending(payment: id)) }

    var failed: Purchase.Event { event(.paymentFailed(payment: id)) }

    private func event(_ fact: Purchase.Fact) -> Purchase.Event {
        Purchase.Event(
            names: names,
            fact: fact,
            billing: Purchase.BillingDetails(dodo: object),
            described: names.purchase == nil ? nil : object.describedPurchase(at: Dodo.name)
        )
    }
}

extension ProviderObject {
    /// Whether this is a charge of a subscription, which has no cart.
    fileprivate var isSubscription: Bool {
        !has("product_cart") && (has("subscription_id") || !isEmptyList("subscription_ids"))
    }

    /// Whether this is a later charge of a subscription. A charge whose type is missing counts as a later one.
    fileprivate var isFurtherCharge: Bool {
        guard has("subscription_id") || has("charge_type") || !isEmptyList("subscription_ids") else { return false }
        return name("charge_type") != "new"
    }
}

extension Purchase.BillingDetails {
    /// Who paid; nil if the payment does not say.
    ///
    /// The invoice's link opens without a key unless the business requires one
    /// ([Dodo Payments: get payment](https://docs.dodopayments.com/api-reference/payments/get-payments-1)).
    fileprivate init?(dodo payment: ProviderObject) {
        let customer = payment.object("customer")
        let billing = payment.object("billing")
        let lines: [FieldName] = ["street", "city", "zipcode", "state", "country"]
        self.init(
            name: customer?.name("name"),
            email: customer?.name("email"),
            address: lines.compactMap { billing?.name($0) },
            receipt: payment.webPage("invoice_url")
        )
        guard self != Purchase.BillingDetails() else { return nil }
    }
}
