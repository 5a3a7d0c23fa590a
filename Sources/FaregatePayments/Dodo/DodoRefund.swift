import Faregate

/// A refund, wherever Dodo shows one. It names its payment; its metadata is its own and not the payment's.
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

    /// - Parameter names: what else its payment is known by, where that is known.
    func event(_ status: Purchase.RefundStatus, names: Purchase.Names? = nil) throws(Unreadable) -> Purchase.Event {
        Purchase.Event(
            names: names ?? Purchase.Names(payments: [payment]),
            // Of a refund that failed, no amount counts.
            fact: .refund(id: id, payment: payment, amount: status == .failed ? nil : try amount, status)
        )
    }

    /// What its status says by itself; nil where that is nothing yet: one that is held for review may never leave, and
    /// the open set of statuses may grow.
    func event(names: Purchase.Names? = nil) throws(Unreadable) -> Purchase.Event? {
        switch object.name("status") {
        case "succeeded": try event(.succeeded, names: names)
        case "pending": try event(.pending, names: names)
        case "failed": try event(.failed, names: names)
        default: nil
        }
    }

    /// Nil: all of the payment, which needs no amount, in whatever currency it is told. Of a part, nobody guesses the size.
    private var amount: Money? {
        get throws(Unreadable) {
            if object.flag("is_partial") == false { return nil }
            if let minorUnits = try object.amount("amount"), let currency = object.currency("currency") {
                return Money(minorUnits: minorUnits, currency: currency)
            }
            guard !object.has("is_partial") else {
                throw Unreadable("it is a refund of a part, and doesn't say of how much")
            }
            return nil
        }
    }
}
