import Faregate

/// The parts of a dispute that are read. A dispute with a `warning_` status is an inquiry, which moves no money.
///
/// [Stripe: the Dispute object](https://docs.stripe.com/api/disputes/object),
/// [how disputes work](https://docs.stripe.com/disputes/how-disputes-work)
struct StripeDispute {
    private let object: ProviderObject
    private let names: StripeNames
    private let id: String
    private let payment: String
    private let amount: Money?

    init(_ object: ProviderObject) throws(Unreadable) {
        self.object = object
        names = StripeNames(of: object)
        id = try object.needed("id", object.name("id"))
        payment = try names.payment
        amount = try object.stripeMoney("amount")
    }

    func events(of type: String) throws(Unreadable) -> [Purchase.Event] {
        let movements = try movements
        switch type {
        case "charge.dispute.funds_withdrawn":
            // A listed movement of money is more precise than the step.
            return events([movements.contains { $0.amount.minorUnits < 0 } ? step ?? .opened : .withdrawn], movements)
        case "charge.dispute.funds_reinstated":
            if movements.contains(where: { $0.amount.minorUnits > 0 }) { return events([step ?? .opened], movements) }
            // After a lost dispute, only the part that had already been refunded can come back.
            guard step != .lost else { throw Unreadable("it is a lost dispute that doesn't say how much came back") }
            return events([.reinstated], movements)
        case "charge.dispute.closed":
            guard let step, ![.opened, .warning].contains(step) else {
                throw Unreadable("its status is missing, or is not that of a closed dispute")
            }
            return events([step], movements)
        default: return events([step ?? .opened], movements)
        }
    }

    /// The events for the dispute's present state, for a lookup.
    var currentEvents: [Purchase.Event] {
        get throws(Unreadable) { events([step ?? .opened], try movements) }
    }

    /// Every step repeats the movements of money, so that the next event makes up for a lost one.
    private func events(_ steps: [Purchase.DisputeStep], _ movements: [(id: String, amount: Money)]) -> [Purchase.Event]
    {
        let facts =
            steps.map { Purchase.Fact.dispute(id: id, payment: payment, amount: amount, $0) }
            + movements.map { .disputeMoved(id: id, payment: payment, movement: $0.id, amount: $0.amount) }
        return facts.map { Purchase.Event(names: names.ofPayment, fact: $0) }
    }

    /// Nil for an unknown status: the set is open.
    private var step: Purchase.DisputeStep? {
        switch object.text("status") {
        case "needs_response", "under_review": .opened
        case "won": .won
        case "lost": .lost
        // The dispute ends without a chargeback: a closed inquiry, or a refund, which has its own events.
        case "warning_closed", "prevented", "charge_refunded": .warningClosed
        case let status? where status.hasPrefix("warning_"): .warning
        default: nil
        }
    }

    /// Money that was withdrawn, as a negative amount, and money that came back. Fees are not part of these amounts.
    ///
    /// [Stripe: the Balance Transaction object](https://docs.stripe.com/api/balance_transactions/object)
    private var movements: [(id: String, amount: Money)] {
        get throws(Unreadable) {
            var movements: [(id: String, amount: Money)] = []
            for transaction in object.list("balance_transactions") {
                let money = try transaction.needed("amount", try transaction.stripeMovement("amount"))
                guard money.minorUnits != 0 else { continue }
                movements.append((try transaction.needed("id", transaction.name("id")), money))
            }
            return movements
        }
    }
}
