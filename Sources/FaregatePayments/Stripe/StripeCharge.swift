import Faregate

/// The parts of a charge that are read: the total refunded so far, and the receipt's address. The payment itself is
/// reported by the checkout.
///
/// [Stripe: the Charge object](https://docs.stripe.com/api/charges/object)
struct StripeCharge {
    private let object: ProviderObject
    private let names: StripeNames

    init(_ object: ProviderObject) {
        self.object = object
        names = StripeNames(of: object, charge: object.name("id"))
    }

    func events(of type: String) throws(Unreadable) -> [Purchase.Event] {
        [receipt].compactMap(\.self) + (type == "charge.refunded" ? try refunds : [])
    }

    /// Reports the receipt's address, and that the charge and the payment intent are the same payment. It may arrive
    /// before the checkout's own event.
    private var receipt: Purchase.Event? {
        guard let receipt = object.webPage("receipt_url") else { return nil }
        let names = names.ofPayment(claiming: object.faregatePurchase)
        return Purchase.Event(names: names, fact: .opened, billing: Purchase.BillingDetails(receipt: receipt))
    }

    /// Returns the running total, and each refund if the charge lists its refunds. Before API version 2022-11-15, every
    /// charge lists them.
    var refunds: [Purchase.Event] {
        get throws(Unreadable) {
            // For a full refund, neither the amount nor its currency matters.
            let amount =
                object.flag("refunded") == true
                ? nil : try object.needed("amount_refunded", try object.stripeMoney("amount_refunded"))
            var facts = [Purchase.Fact.refundedSoFar(payment: try names.payment, amount: amount)]
            for refund in object.object("refunds")?.list("data") ?? [] {
                facts.append(try StripeReading.refund(refund, of: names))
            }
            return facts.map { Purchase.Event(names: names.ofPayment, fact: $0) }
        }
    }

    /// Whether the charge reports any refund, or doesn't say.
    var hasRefunds: Bool { object.integer("amount_refunded") != 0 || object.flag("refunded") == true }

    /// Whether the charge reports a dispute, or doesn't say.
    var isDisputed: Bool { object.flag("disputed") != false }
}
