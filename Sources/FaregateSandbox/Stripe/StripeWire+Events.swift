import Faregate
import FaregatePayments
import Foundation

/// [Stripe: types of events](https://docs.stripe.com/api/events/types)
extension StripeWire {
    private typealias TypedContent = (type: String, content: SandboxEvent.Content)

    func events(
        of happening: SandboxHappening,
        in checkout: SandboxCheckout
    ) -> [(type: String, content: SandboxEvent.Content)] {
        switch happening {
        case .completed:
            // If the money arrives at once, the payment's own events come first.
            (checkout.isPaid ? money(checkout, "payment_intent.succeeded", "charge.succeeded") : [])
                + [("checkout.session.completed", .snapshot(session(checkout)))]
        case .declined: money(checkout, "payment_intent.payment_failed", "charge.failed")
        case .arrived:
            money(checkout, "payment_intent.succeeded", "charge.succeeded")
                + [("checkout.session.async_payment_succeeded", .snapshot(session(checkout)))]
        case .bounced:
            money(checkout, "payment_intent.payment_failed", "charge.failed")
                + [("checkout.session.async_payment_failed", .snapshot(session(checkout)))]
        case .expired: [("checkout.session.expired", .snapshot(session(checkout)))]
        case .refunded(let id): refunds(checkout, id, ["refund.created"], old: "charge.refunded")
        case .refundChanged(let id): refunds(checkout, id, ["refund.updated"], old: "charge.refund.updated")
        case .refundFailed(let id):
            refunds(checkout, id, ["refund.updated", "refund.failed"], old: "charge.refund.updated")
        case .disputed(let id): disputes(checkout, id, "charge.dispute.created")
        case .disputeChanged(let id): disputes(checkout, id, "charge.dispute.updated")
        case .fundsWithdrawn(let id): disputes(checkout, id, "charge.dispute.funds_withdrawn")
        case .fundsReinstated(let id): disputes(checkout, id, "charge.dispute.funds_reinstated")
        case .disputeDecided(let id): disputes(checkout, id, "charge.dispute.closed")
        }
    }

    private func money(_ checkout: SandboxCheckout, _ ofIntent: String, _ ofCharge: String) -> [TypedContent] {
        guard let payment = checkout.payment else { return [] }
        return [
            (ofIntent, .snapshot(intent(payment, checkout))), (ofCharge, .snapshot(charge(payment, checkout))),
        ]
    }

    private func refunds(_ checkout: SandboxCheckout, _ id: String, _ new: [String], old: String) -> [TypedContent] {
        guard let payment = checkout.payment, let refund = payment.refunds.first(where: { $0.id == id }) else {
            return []
        }
        let ofRefund = SandboxEvent.Content.snapshot(self.refund(refund, checkout))
        let ofCharge = SandboxEvent.Content.snapshot(charge(payment, checkout))
        let oldFamily = [(old, old == "charge.refunded" ? ofCharge : ofRefund)]
        let newFamily = new.map { ($0, ofRefund) }
        return switch refundEvents {
        case .perRefund: newFamily
        case .runningTotals: oldFamily
        case .both: newFamily + oldFamily
        }
    }

    private func disputes(_ checkout: SandboxCheckout, _ id: String, _ type: String) -> [TypedContent] {
        guard let dispute = checkout.payment?.disputes.first(where: { $0.id == id }) else { return [] }
        return [(type, .snapshot(self.dispute(dispute, checkout)))]
    }

    /// [The Event object](https://docs.stripe.com/api/events/object)
    func json(of event: SandboxEvent) -> SandboxJSON {
        guard case .snapshot(let object) = event.content else { return .null }
        return [
            "id": .text(event.id),
            "object": "event",
            "api_version": .text(refundEvents == .runningTotals ? "2022-08-01" : StripeWire.version),
            "created": seconds(event.createdAt),
            "data": ["object": object],
            "livemode": false,
            "pending_webhooks": 1,
            "request": ["id": nil, "idempotency_key": nil],
            "type": .text(event.type),
        ]
    }

    func body(of event: SandboxEvent, _ state: SandboxState) -> SandboxJSON? { json(of: event) }

    func signature(of event: SandboxEvent, body: [UInt8], at now: Timestamp) -> [(name: String, value: String)] {
        [(Stripe.Signature.headerName, Stripe.Signature.sign(body: Data(body), secret: secret, at: now))]
    }
}
