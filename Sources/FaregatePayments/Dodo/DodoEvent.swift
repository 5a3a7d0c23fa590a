import Faregate
import Foundation

/// The parts of a webhook that say what happened to an order, in every version of Dodo's payloads.
///
/// Only the `type` says what happened: `payload_type` may be missing, and `data` is the object at the time of delivery,
/// which may be hours later.
///
/// [Dodo Payments: webhook payload
/// structure](https://docs.dodopayments.com/developer-resources/webhooks#webhook-payload-structure)
struct DodoEvent {
    let type: String
    private let data: ProviderObject?

    /// Nil unless the body is an event: a JSON object with a type.
    init?(parsing body: Data) {
        guard let envelope = ProviderObject(parsing: body), let type = envelope.name("type") else { return nil }
        self.type = type
        data = envelope.object("data")
    }

    /// | type | meaning |
    /// |---|---|
    /// | `payment.succeeded` | the money arrived; the payment's cart is reported with it |
    /// | `payment.processing` | the money is on its way |
    /// | `payment.failed`, `payment.cancelled` | this payment brings no money |
    /// | `refund.succeeded` | the money, or part of it, went back |
    /// | `refund.failed` | the money did not go back |
    /// | `dispute.*` | see ``DodoDispute`` |
    /// | any other | nothing: subscriptions, licence keys, payouts and Dodo's own credits don't concern us |
    ///
    /// [Dodo Payments: webhook event
    /// guide](https://docs.dodopayments.com/developer-resources/webhooks/intents/webhook-events-guide)
    var reading: Inbox.Reading {
        do throws(Unreadable) {
            return try facts.map { .facts($0) } ?? .nothing
        } catch {
            return .unreadable("\(type): \(error.reason)", names)
        }
    }

    /// The ids of the event's order, as far as they can be read; nil if the event has no data.
    private var names: Purchase.Names? {
        data.map { type.hasPrefix("payment.") ? DodoPayment.names(of: $0) : DodoPayment.ownName(of: $0) }
    }

    /// Nil for an unknown type: Dodo adds types, and so far none reported money that the listed types don't report.
    private var facts: [Purchase.Event]? {
        get throws(Unreadable) {
            switch type {
            case "payment.succeeded": try DodoPayment(try object).paid
            case "payment.processing": [try DodoPayment(try object).pending]
            case "payment.failed", "payment.cancelled": [try DodoPayment(try object).failed]
            case "refund.succeeded": [try DodoRefund(try object).event(.succeeded)]
            case "refund.failed": [try DodoRefund(try object).event(.failed)]
            default:
                if let step = DodoDispute.step(type: type) { try DodoDispute(try object).events(step) } else { nil }
            }
        }
    }

    private var object: ProviderObject {
        get throws(Unreadable) {
            guard let data else { throw Unreadable("it has no data") }
            return data
        }
    }
}
