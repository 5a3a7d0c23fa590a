import Faregate
import FaregatePayments
import Foundation

/// [Dodo Payments: webhook
/// events](https://docs.dodopayments.com/developer-resources/webhooks/intents/webhook-events-guide)
extension DodoWire {
    func events(
        of happening: SandboxHappening,
        in checkout: SandboxCheckout
    ) -> [(type: String, content: SandboxEvent.Content)] {
        switch happening {
        case .completed, .declined, .arrived, .bounced: ofPayment(checkout)
        // An expired checkout has no event.
        case .expired: []
        case .refunded(let id), .refundChanged(let id), .refundFailed(let id): ofRefund(id, checkout)
        case .disputed(let id), .disputeChanged(let id), .fundsWithdrawn(let id), .fundsReinstated(let id),
            .disputeDecided(let id):
            ofDispute(id, checkout)
        }
    }

    private func ofPayment(_ checkout: SandboxCheckout) -> [(type: String, content: SandboxEvent.Content)] {
        guard let payment = checkout.payment else { return [] }
        return [("payment.\(payment.state.rawValue)", .current(.payment, id: payment.id))]
    }

    /// A pending refund has no event.
    private func ofRefund(_ id: String, _ checkout: SandboxCheckout) -> [(type: String, content: SandboxEvent.Content)]
    {
        guard let refund = checkout.payment?.refunds.first(where: { $0.id == id }), refund.state != .pending else {
            return []
        }
        return [("refund.\(refund.state.rawValue)", .current(.refund, id: id))]
    }

    private func ofDispute(
        _ id: String,
        _ checkout: SandboxCheckout
    ) -> [(type: String, content: SandboxEvent.Content)] {
        guard let dispute = checkout.payment?.disputes.first(where: { $0.id == id }) else { return [] }
        return [("dispute.\(DodoWire.word(dispute.state))", .current(.dispute, id: id))]
    }

    /// The envelope; `data` is the object at the time of delivery.
    ///
    /// [Dodo Payments: event ordering](https://docs.dodopayments.com/developer-resources/webhooks#event-ordering)
    func body(of event: SandboxEvent, _ state: SandboxState) -> SandboxJSON? {
        guard case .current(let object, let id) = event.content, let data = data(object, id, state) else { return nil }
        return [
            "business_id": .text(DodoWire.business),
            "type": .text(event.type),
            "timestamp": .text(event.createdAt.description),
            "data": data,
        ]
    }

    private func data(_ object: SandboxObject, _ id: String, _ state: SandboxState) -> SandboxJSON? {
        guard case .payment = object else {
            guard let (checkout, payment) = find(id, state) else { return nil }
            if let refund = payment.refunds.first(where: { $0.id == id }) {
                return self.refund(refund, payment, checkout)
            }
            return payment.disputes.first { $0.id == id }.map { dispute($0, payment, checkout) }
        }
        return find(id, state, \.id).map { payment($0.1, $0.0) }
    }

    func signature(of event: SandboxEvent, body: [UInt8], at now: Timestamp) -> [(name: String, value: String)] {
        // The secret was tested when the sandbox was made, and the sandbox chose the id.
        (try? ProviderKit.StandardWebhooks.sign(body: Data(body), id: event.id, secret: secret, at: now)) ?? []
    }
}
