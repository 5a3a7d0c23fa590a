import Faregate

/// A refund, in an event, a list or a payment. It contains its payment's id. Its metadata is not the payment's.
///
/// [Dodo Payments: refund webhook](https://docs.dodopayments.com/developer-resources/webhooks/intents/refund),
/// [refunds](https://docs.dodopayments.com/features/transactions/refunds)
struct DodoRefund {
    private let id: String
    private let payment: String
    private let object: ProviderObject

    init(_ object: ProviderObject) throws(Unreadable) {
        id = try object.needed("refund_id", object.name("refund_id"))
        payment = try object.needed("payment_id", object.name("payment_id"))
        self.object = object
    }

    /// - Parameter names: further ids of its payment's order, if they are known.
    func event(_ status: Purchase.RefundStatus, names: Purchase.Names? = nil) throws(Unreadable) -> Purchase.Event {
        Purchase.Event(
            names: names ?? Purchase.Names(payments: [payment]),
            // The amount of a failed refund does not matter.
            fact: .refund(id: id, payment: payment, amount: status == .failed ? nil : try amount, status)
        )
    }

    /// The event that follows from the refund's status; nil for a refund under review, which may never be paid out, and
    /// for statuses that Dodo adds later.
    func event(names: Purchase.Names? = nil) throws(Unreadable) -> Purchase.Event? {
        switch object.name("status") {
        case "succeeded": try event(.succeeded, names: names)
        case "pending": try event(.pending, names: names)
        case "failed": try event(.failed, names: names)
        default: nil
        }
    }

    /// The refunded amount; nil means the whole payment, and then neither the amount nor the currency matters. A
    /// partial refund without an amount is unreadable.
    private var amount: Money? {
        get throws(Unreadable) {
            if object.flag("is_partial") == false { return nil }
            if let minorUnits = try object.amount("amount"), let currency = object.currency("currency") {
                return Money(minorUnits: minorUnits, currency: currency)
            }
            guard !object.has("is_partial") else {
                throw Unreadable("it is a partial refund without an amount")
            }
            return nil
        }
    }
}
