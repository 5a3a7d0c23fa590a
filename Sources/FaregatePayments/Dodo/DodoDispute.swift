import Faregate

/// A dispute, in an event, a list or a payment. It contains the payment's id, and no other id of its order.
///
/// Dodo is the merchant of record: it deals with the bank and passes on the effect on the money.
///
/// | status at Dodo | effect on the money | step |
/// |---|---|---|
/// | `opened` | "the disputed amount is held immediately" | withdrawn |
/// | `challenged` | it stays held while the network looks at the evidence | withdrawn |
/// | `accepted` | "the funds are returned to the cardholder" | lost |
/// | `expired` | nobody answered in time, which "typically resolves against you" | lost |
/// | `lost` | returned to the cardholder, also by Visa's rapid resolution (`is_resolved_by_rdr`) | lost |
/// | `cancelled` | the cardholder or the bank withdrew the dispute: the hold ends | reinstated |
/// | `won` | "funds are retained": the hold ends | won |
///
/// [Dodo Payments: dispute webhook](https://docs.dodopayments.com/developer-resources/webhooks/intents/dispute),
/// [disputes](https://docs.dodopayments.com/features/transactions/disputes)
struct DodoDispute {
    private let id: String
    private let payment: String
    private let amount: Money?
    private let object: ProviderObject

    init(_ object: ProviderObject) throws(Unreadable) {
        id = try object.needed("dispute_id", object.name("dispute_id"))
        payment = try object.needed("payment_id", object.name("payment_id"))
        amount = object.disputedAmount
        self.object = object
    }

    /// The step that an event's type (`dispute.won`) reports; nil for an unknown type.
    static func step(type: String) -> Purchase.DisputeStep? { step(type, after: "dispute.") }

    /// Returns the facts that an event reports.
    ///
    /// A dispute can continue after it was won or lost: in `pre_arbitration` the bank contests the outcome under the
    /// same id, and the second outcome counts, in whatever order the events arrive. So the second round is recorded as
    /// a dispute of its own that ends the first one. The stage in the event's data says which round the event belongs
    /// to. But if the status in the data contradicts the event's type, the data is newer than the event, and the event
    /// belongs to the first round.
    ///
    /// - Parameter names: further ids of its payment's order, if they are known.
    func events(_ step: Purchase.DisputeStep, names: Purchase.Names? = nil) -> [Purchase.Event] {
        guard object.name("dispute_stage") == "pre_arbitration", step == statusStep else {
            return [event(id, amount, step, names)]
        }
        return [
            event(id, nil, .reinstated, names),
            event("\(id)/pre_arbitration", amount, step, names),
        ]
    }

    /// The events that follow from the dispute's status; none for an unknown status.
    func events(names: Purchase.Names? = nil) -> [Purchase.Event] {
        statusStep.map { events($0, names: names) } ?? []
    }

    private var statusStep: Purchase.DisputeStep? {
        object.name("dispute_status").flatMap { DodoDispute.step($0, after: "dispute_") }
    }

    private static func step(_ text: String, after prefix: String) -> Purchase.DisputeStep? {
        guard text.hasPrefix(prefix) else { return nil }
        switch text.dropFirst(prefix.count) {
        case "opened", "challenged": return .withdrawn
        case "accepted", "expired", "lost": return .lost
        case "cancelled": return .reinstated
        case "won": return .won
        default: return nil
        }
    }

    private func event(_ id: String, _ amount: Money?, _ step: Purchase.DisputeStep, _ names: Purchase.Names?)
        -> Purchase.Event
    {
        Purchase.Event(
            names: names ?? Purchase.Names(payments: [payment]),
            fact: .dispute(id: id, payment: payment, amount: amount, step)
        )
    }
}

extension ProviderObject {
    /// The disputed amount, in minor units like every amount at Dodo, written as text or as a number. Only a whole
    /// number above zero is accepted: a text such as "12.50" could be in major units. Anything else gives nil, which
    /// means the whole payment.
    ///
    /// [Dodo Payments: get dispute](https://docs.dodopayments.com/api-reference/disputes/get-disputes-1)
    fileprivate var disputedAmount: Money? {
        guard let minorUnits = try? amount("amount"), minorUnits > 0, let currency = currency("currency") else {
            return nil
        }
        return Money(minorUnits: minorUnits, currency: currency)
    }
}
