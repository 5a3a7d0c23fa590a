import Faregate

/// A dispute, wherever Dodo shows one. It names its payment and nothing else.
///
/// Dodo is the merchant of record: it deals with the bank, and passes on what that does to the money.
///
/// | what Dodo says | what the money does | step |
/// |---|---|---|
/// | `opened` | "the disputed amount is held immediately" | withdrawn |
/// | `challenged` | it stays held while the network looks at the evidence | withdrawn |
/// | `accepted` | "the funds are returned to the cardholder" | lost |
/// | `expired` | nobody answered in time, which "typically resolves against you" | lost |
/// | `lost` | returned to the cardholder, also by Visa's rapid resolution (`is_resolved_by_rdr`) | lost |
/// | `cancelled` | the cardholder or the bank took it back: the hold ends | reinstated |
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

    /// The step that a type of event (`dispute.won`) tells; nil for one that is not known.
    static func step(type: String) -> Purchase.DisputeStep? { step(type, after: "dispute.") }

    /// The facts that an event tells.
    ///
    /// A dispute can go on after it was won or lost: in `pre_arbitration` the bank contests the outcome, under the same
    /// id, and what comes of that is what counts, in whatever order one hears of it. So the second round is a dispute of
    /// its own here, and ends the first one. Which round an event is of is told by the stage in its data, unless the
    /// data is of a later time than the event: then its status is another, and the event is of the first round.
    ///
    /// - Parameter names: what else its payment is known by, where that is known.
    func events(_ step: Purchase.DisputeStep, names: Purchase.Names? = nil) -> [Purchase.Event] {
        guard object.name("dispute_stage") == "pre_arbitration", step == statusStep else {
            return [event(id, amount, step, names)]
        }
        return [
            event(id, nil, .reinstated, names),
            event("\(id)/pre_arbitration", amount, step, names),
        ]
    }

    /// What its status says by itself; nothing where that is not known.
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
    /// In minor units, like every amount at Dodo, but told as text, or as a number: only a whole number above zero can
    /// be told apart from an amount in major units ("12.50"). Nil, all of the payment, where there is anything else.
    ///
    /// [Dodo Payments: get dispute](https://docs.dodopayments.com/api-reference/disputes/get-disputes-1)
    fileprivate var disputedAmount: Money? {
        guard let minorUnits = try? amount("amount"), minorUnits > 0, let currency = currency("currency") else {
            return nil
        }
        return Money(minorUnits: minorUnits, currency: currency)
    }
}
