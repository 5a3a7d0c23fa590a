import Faregate

/// The objects, with every field that Stripe always sends and those that shops read.
extension StripeWire {
    /// [The PaymentIntent object](https://docs.stripe.com/api/payment_intents/object)
    func intent(_ payment: SandboxPayment, _ checkout: SandboxCheckout) -> SandboxJSON {
        [
            "id": .text(payment.id),
            "object": "payment_intent",
            "amount": amount(checkout.total.minorUnits, of: checkout),
            "amount_capturable": 0,
            "amount_received": payment.state == .succeeded ? amount(checkout.total.minorUnits, of: checkout) : 0,
            "capture_method": "automatic_async",
            "confirmation_method": "automatic",
            "created": seconds(payment.createdAt),
            "currency": currency(checkout),
            "customer": SandboxJSON(checkout.terms.customer),
            "description": nil,
            "last_payment_error": payment.state == .failed
                ? ["code": "card_declined", "message": "Your card was declined.", "type": "card_error"] : nil,
            "latest_charge": .text(payment.charge),
            "livemode": false,
            "metadata": .object(checkout.paymentMetadata),
            "payment_method_types": ["card", "sepa_debit"],
            "receipt_email": SandboxJSON(checkout.customerEmail),
            "status": intentStatus(payment),
        ]
    }

    /// [The Charge object](https://docs.stripe.com/api/charges/object)
    func charge(_ payment: SandboxPayment, _ checkout: SandboxCheckout) -> SandboxJSON {
        let customer = customer(checkout)
        var charge: SandboxJSON = [
            "id": .text(payment.charge),
            "object": "charge",
            "amount": amount(checkout.total.minorUnits, of: checkout),
            "amount_captured": payment.state == .succeeded ? amount(checkout.total.minorUnits, of: checkout) : 0,
            "amount_refunded": amount(payment.refundedMinorUnits, of: checkout),
            "billing_details": [
                "address": customer["address"], "email": customer["email"], "name": customer["name"], "phone": nil,
                "tax_id": nil,
            ],
            "captured": .bool(payment.state == .succeeded),
            "created": seconds(payment.createdAt),
            "currency": currency(checkout),
            "customer": SandboxJSON(checkout.terms.customer),
            "disputed": .bool(!payment.disputes.isEmpty),
            "failure_code": payment.state == .failed ? "card_declined" : nil,
            "livemode": false,
            "metadata": .object(checkout.paymentMetadata),
            "paid": .bool(payment.state == .succeeded),
            "payment_intent": .text(payment.id),
            "receipt_email": SandboxJSON(checkout.customerEmail),
            "receipt_url": payment.state == .succeeded ? .text("\(shelf.pages)/receipt/\(payment.charge)") : nil,
            "refunded": .bool(payment.refundedMinorUnits == checkout.total.minorUnits),
            "status": payment.state == .processing ? "pending" : .text(payment.state.rawValue),
        ]
        if let details = presentment(checkout.total.minorUnits, of: checkout) {
            charge["presentment_details"] = details
        }
        if shelf.offers.reportsRefundsInLocalCurrency, let local = local(payment.refundedMinorUnits, of: checkout) {
            charge["amount_refunded"] = .number(local.minorUnits)
            charge["currency"] = .text(local.currency.lowercased())
        }
        // Until API version 2022-11-15 the latest ten refunds were included.
        if refundEvents == .runningTotals {
            charge["refunds"] = [
                "object": "list",
                "data": .list(payment.refunds.suffix(10).reversed().map { refund($0, checkout) }),
                "has_more": .bool(payment.refunds.count > 10),
                "url": .text("/v1/charges/\(payment.charge)/refunds"),
            ]
        }
        return charge
    }

    /// [The Refund object](https://docs.stripe.com/api/refunds/object)
    func refund(_ refund: SandboxRefund, _ checkout: SandboxCheckout) -> SandboxJSON {
        let isStray = checkout.terms.foreign == .strayRefund
        let local = shelf.offers.reportsRefundsInLocalCurrency ? self.local(refund.minorUnits, of: checkout) : nil
        let money = local ?? Money(minorUnits: refund.minorUnits, currency: checkout.total.currency)
        var json: SandboxJSON = [
            "id": .text(refund.id),
            "object": "refund",
            "amount": .number(StripeWire.amount(money.minorUnits, money.currency)),
            "balance_transaction": nil,
            "charge": isStray ? nil : SandboxJSON(checkout.payment?.charge),
            "created": seconds(refund.createdAt),
            "currency": .text(money.currency.lowercased()),
            "failure_reason": refund.state == .failed ? "expired_or_canceled_card" : nil,
            "metadata": [:],
            "payment_intent": isStray ? nil : SandboxJSON(checkout.payment?.id),
            "pending_reason": refund.state == .pending ? "processing" : nil,
            "reason": "requested_by_customer",
            "receipt_number": nil,
            "status": .text(refund.state.rawValue),
        ]
        if let details = presentment(refund.minorUnits, of: checkout) { json["presentment_details"] = details }
        return json
    }

    /// [The Dispute object](https://docs.stripe.com/api/disputes/object)
    func dispute(_ dispute: SandboxDispute, _ checkout: SandboxCheckout) -> SandboxJSON {
        [
            "id": .text(dispute.id),
            "object": "dispute",
            "amount": amount(dispute.minorUnits, of: checkout),
            "balance_transactions": .list(movements(dispute, checkout)),
            "charge": SandboxJSON(checkout.payment?.charge),
            "created": seconds(dispute.createdAt),
            "currency": currency(checkout),
            "enhanced_eligibility_types": [],
            "evidence": ["enhanced_evidence": [:]],
            "evidence_details": [
                "due_by": nil, "enhanced_eligibility": [:], "has_evidence": false, "past_due": false,
                "submission_count": 0, "submission_method": "not_submitted",
            ],
            "is_charge_refundable": .bool(!dispute.hasTaken && dispute.state != .won),
            "livemode": false,
            "metadata": [:],
            "payment_intent": SandboxJSON(checkout.payment?.id),
            "reason": "product_not_received",
            "status": disputeStatus(dispute),
        ]
    }

    /// The effect of a dispute on the shop's balance.
    ///
    /// [The balance transaction object](https://docs.stripe.com/api/balance_transactions/object)
    private func movements(_ dispute: SandboxDispute, _ checkout: SandboxCheckout) -> [SandboxJSON] {
        dispute.movements.enumerated().map { index, movement in
            let moved = amount(movement.minorUnits, of: checkout)
            return [
                "id": .text("txn_\(dispute.number)_\(index)"),
                "object": "balance_transaction",
                "amount": moved,
                "available_on": seconds(movement.at),
                "balance_type": "payments",
                "created": seconds(movement.at),
                "currency": currency(checkout),
                "description": nil,
                "fee": 0,
                "fee_details": [],
                "net": moved,
                "reporting_category": .text(movement.minorUnits < 0 ? "dispute" : "dispute_reversal"),
                "source": .text(dispute.id),
                "status": "available",
                "type": "adjustment",
            ]
        }
    }

    private func intentStatus(_ payment: SandboxPayment) -> SandboxJSON {
        switch payment.state {
        case .succeeded: "succeeded"
        case .processing: "processing"
        case .failed: "requires_payment_method"
        }
    }

    private func disputeStatus(_ dispute: SandboxDispute) -> SandboxJSON {
        switch dispute.state {
        case .warning: "warning_needs_response"
        case .warningClosed: "warning_closed"
        case .won: "won"
        case .lost: "lost"
        case .open, .challenged, .accepted, .expired, .cancelled: "needs_response"
        }
    }

    func seconds(_ moment: Timestamp) -> SandboxJSON { .number(moment.rawValue / 1000) }
}
