import Faregate

/// What is read of a dispute. A dispute with a `warning_` status is an inquiry, which moves no money.
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

    func events(of type: String) throws(Unreadable) -> [PurchaseEvent] {
        switch type {
        case "charge.dispute.funds_withdrawn": return events([.withdrawn])
        case "charge.dispute.funds_reinstated": return events([.reinstated])
        case "charge.dispute.closed":
            guard let step, ![.opened, .warning].contains(step) else {
                throw Unreadable("its status is missing, or not one of a closed dispute")
            }
            return events([step])
        default: return events([step ?? .opened])
        }
    }

    /// How it stands now, for who asks Stripe.
    var standing: [PurchaseEvent] { events([step ?? .opened]) }

    /// What moved money is told with every step: should the event that says so get lost, another one will do.
    private func events(_ steps: Set<DisputeStep>) -> [PurchaseEvent] {
        steps.union(movements).sorted { $0.rawValue < $1.rawValue }.map { step in
            PurchaseEvent(
                names: names.ofPayment,
                fact: .dispute(id: id, payment: payment, amount: amount, step)
            )
        }
    }

    /// Nil for a status that is not known: the set is open.
    private var step: DisputeStep? {
        switch object.text("status") {
        case "needs_response", "under_review": .opened
        case "won": .won
        case "lost": .lost
        // It ends without a chargeback: an inquiry that leads to nothing, or a refund, which has events of its own.
        case "warning_closed", "prevented", "charge_refunded": .warningClosed
        case let status? where status.hasPrefix("warning_"): .warning
        default: nil
        }
    }

    /// Money that was withdrawn, and money that came back, by the sign of the balance transactions.
    private var movements: Set<DisputeStep> {
        Set(
            object.list("balance_transactions").compactMap { transaction in
                transaction.integer("amount").flatMap { $0 == 0 ? nil : $0 < 0 ? .withdrawn : .reinstated }
            }
        )
    }
}
