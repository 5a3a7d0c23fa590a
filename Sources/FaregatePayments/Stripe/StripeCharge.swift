import Faregate

/// What is read of a charge: how much of it was refunded so far, and where its receipt is. That it was paid is said by
/// its checkout.
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

    /// Where the receipt is, and that charge and payment intent are one payment: no news besides. It may come before the
    /// checkout's own event does.
    private var receipt: Purchase.Event? {
        guard let receipt = object.webPage("receipt_url") else { return nil }
        let names = names.ofPayment(claiming: object.faregatePurchase)
        return Purchase.Event(names: names, fact: .opened, billing: Purchase.BillingDetails(receipt: receipt))
    }

    /// The running total, and each refund where they are told: until API version 2022-11-15 they always are.
    var refunds: [Purchase.Event] {
        get throws(Unreadable) {
            // All of it is all of it, in whatever currency it is told.
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

    /// Whether it has anything to tell of refunds.
    var hasRefunds: Bool { object.integer("amount_refunded") != 0 || object.flag("refunded") == true }

    /// Whether its bank has come back on it, as far as it tells.
    var isDisputed: Bool { object.flag("disputed") != false }
}
