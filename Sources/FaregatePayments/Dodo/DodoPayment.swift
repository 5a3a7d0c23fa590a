import Faregate
import Foundation

/// A payment, wherever Dodo shows one.
///
/// [Dodo Payments: payment webhook](https://docs.dodopayments.com/developer-resources/webhooks/intents/payment),
/// [get payment](https://docs.dodopayments.com/api-reference/payments/get-payments-1)
struct DodoPayment {
    let id: String
    let names: Purchase.Names
    let status: String?
    private let object: ProviderObject

    /// - Parameter checkout: the checkout session that is known to have led to it, whatever the payment says itself.
    init(_ object: ProviderObject, checkout: String? = nil) throws(Unreadable) {
        id = try object.needed("payment_id", object.name("payment_id"))
        status = object.name("status")
        self.object = object
        names = DodoPayment.names(of: object, checkout: checkout)
    }

    /// As far as they can be read.
    ///
    /// A further charge of a subscription carries the metadata, and maybe the checkout, of the first one, but it was not sold
    /// by us. The first one may be of a checkout of ours, if somebody made the product a subscription since; its metadata
    /// alone leads nowhere.
    static func names(of object: ProviderObject, checkout: String? = nil) -> Purchase.Names {
        guard !object.isFurtherCharge else { return ownName(of: object) }
        return Purchase.Names(
            purchase: object.isSubscription ? nil : object.faregatePurchase,
            checkout: checkout ?? object.name("checkout_session_id"),
            payments: ownName(of: object).payments
        )
    }

    /// The payment's own id, which refunds and disputes have too.
    static func ownName(of object: ProviderObject) -> Purchase.Names {
        Purchase.Names(payments: [object.name("payment_id")].compactMap(\.self))
    }

    /// `total_amount` is what the customer was charged, tax included, in the smallest unit of `currency`. A tax that
    /// can't be read is none: then only a total that is the very price counts as paid. What it is for is told before it,
    /// so that nothing is granted in between.
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

    /// Dodo names the discounts by their percentage or amount at the product's own price: what came of them isn't told.
    private var discount: Purchase.Discount {
        object.isEmptyList("discounts") && !object.has("discount_id") ? .none : .unknown
    }

    /// `product_cart` is `null` for subscriptions and in lists. What a subscription sells is no pack; of anything else, a cart
    /// that isn't told says nothing.
    private var bought: [Purchase.Event] {
        let told = object.cart("product_cart", product: { $0.name("product_id") })
        let isFirstCharge = object.isSubscription && !object.isFurtherCharge
        guard let cart = told ?? (isFirstCharge ? Purchase.Cart([], others: 1) : nil) else { return [] }
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
    /// Whether a subscription is charged, for what no cart lists.
    fileprivate var isSubscription: Bool {
        !has("product_cart") && (has("subscription_id") || !isEmptyList("subscription_ids"))
    }

    /// Whether a subscription is charged once more; what can't be told apart from that is taken for it.
    fileprivate var isFurtherCharge: Bool {
        guard has("subscription_id") || has("charge_type") || !isEmptyList("subscription_ids") else { return false }
        return name("charge_type") != "new"
    }
}

extension Purchase.BillingDetails {
    /// Nil when the payment tells nothing of who paid.
    ///
    /// The link to the invoice opens without a key unless the business asks for one
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
