import Faregate
import Foundation

/// What is read of a webhook: enough to know what happened to an order, in every version of Dodo's payloads.
///
/// What happened is told by its `type` alone: `payload_type` may be missing, and `data` is how
/// the object stood when the webhook was delivered, which may be hours later.
///
/// [Dodo Payments: webhook payload structure](https://docs.dodopayments.com/developer-resources/webhooks#webhook-payload-structure)
struct DodoEvent {
    let type: String
    private let data: ProviderObject?

    /// Nil unless the text is an event: a JSON object with a type.
    init?(parsing body: Data) {
        guard let envelope = ProviderObject(parsing: body), let type = envelope.name("type") else { return nil }
        self.type = type
        data = envelope.object("data")
    }

    /// | type | what it is taken for |
    /// |---|---|
    /// | `payment.succeeded` | the money is there, and what it is for |
    /// | `payment.processing` | the money is on its way |
    /// | `payment.failed`, `payment.cancelled` | this payment brings no money |
    /// | `refund.succeeded` | the money, or part of it, is gone again |
    /// | `refund.failed` | it is not |
    /// | `dispute.*` | see ``DodoDispute`` |
    /// | anything else | nothing: subscriptions, licence keys, payouts and Dodo's own credits are not for us |
    ///
    /// [Dodo Payments: webhook event guide](https://docs.dodopayments.com/developer-resources/webhooks/intents/webhook-events-guide)
    var reading: Inbox.Reading {
        do throws(Unreadable) {
            return try facts.map { .facts($0) } ?? .nothing
        } catch {
            return .unreadable("\(type): \(error.reason)", names)
        }
    }

    /// The names of the order that it speaks of, as far as they can be read; nil where it has no data.
    private var names: Purchase.Names? {
        data.map { type.hasPrefix("payment.") ? DodoPayment.names(of: $0) : DodoPayment.ownName(of: $0) }
    }

    /// Nil for a type that is not known: Dodo adds some, and none of them is about money that it had not told before.
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
