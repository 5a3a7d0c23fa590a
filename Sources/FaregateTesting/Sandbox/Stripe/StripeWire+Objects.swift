import Faregate

/// The objects, with every field that Stripe always sends and those that shops read.
extension StripeWire {
    /// [The Checkout Session object](https://docs.stripe.com/api/checkout/sessions/object)
    func session(_ checkout: SandboxCheckout) -> SandboxJSON {
        // A payment that was declined is not the session's yet.
        let payment = checkout.state == .complete ? checkout.payment : nil
        return [
            "id": .text(checkout.id),
            "object": "checkout.session",
            "amount_subtotal": .number(checkout.total.minorUnits - checkout.tax),
            "amount_total": .number(checkout.total.minorUnits),
            "automatic_tax": [
                "enabled": .bool(shelf.taxPercent > 0), "liability": nil, "provider": nil, "status": nil,
            ],
            "cancel_url": SandboxJSON(checkout.cancelURL),
            "client_reference_id": SandboxJSON(checkout.reference),
            "created": seconds(checkout.createdAt),
            "currency": currency(checkout),
            "custom_fields": [],
            "custom_text": [
                "after_submit": nil, "shipping_address": nil, "submit": nil, "terms_of_service_acceptance": nil,
            ],
            "customer": nil,
            "customer_details": payment == nil && checkout.customerEmail == nil ? nil : customer(checkout, payment),
            "customer_email": SandboxJSON(checkout.customerEmail),
            "expires_at": seconds(checkout.expiresAt),
            "invoice": nil,
            "livemode": false,
            "locale": nil,
            "metadata": .object(checkout.metadata),
            "mode": "payment",
            "payment_intent": SandboxJSON(payment?.id),
            "payment_method_types": ["card", "sepa_debit"],
            "payment_status": checkout.isPaid ? "paid" : "unpaid",
            "shipping_options": [],
            "status": .text(checkout.state.rawValue),
            "success_url": .text(checkout.successURL),
            "total_details": ["amount_discount": 0, "amount_shipping": 0, "amount_tax": .number(checkout.tax)],
            "ui_mode": "hosted_page",
            "url": checkout.state == .open ? .text(checkout.page) : nil,
        ]
    }

    /// What a session sells, as it is shown to who asks for it.
    ///
    /// [Line items of a session](https://docs.stripe.com/api/checkout/sessions/line_items)
    func lineItems(of checkout: SandboxCheckout) -> SandboxJSON {
        let net = checkout.total.minorUnits - checkout.tax
        let item: SandboxJSON = [
            "id": .text("li_\(checkout.number)"),
            "object": "item",
            "amount_discount": 0,
            "amount_subtotal": .number(net),
            "amount_tax": .number(checkout.tax),
            "amount_total": .number(checkout.total.minorUnits),
            "currency": currency(checkout),
            "description": .text(checkout.product),
            "metadata": [:],
            "price": [
                "id": .text(checkout.product), "object": "price", "active": true, "billing_scheme": "per_unit",
                "created": seconds(checkout.createdAt), "currency": currency(checkout), "livemode": false,
                "metadata": [:], "nickname": nil, "product": .text("prod_\(checkout.product)"), "recurring": nil,
                "type": "one_time", "unit_amount": .number(net / Int64(checkout.quantity)),
            ],
            "quantity": .number(Int64(checkout.quantity)),
        ]
        return [
            "object": "list", "data": [item], "has_more": false,
            "url": .text("/v1/checkout/sessions/\(checkout.id)/line_items"),
        ]
    }

    /// [The PaymentIntent object](https://docs.stripe.com/api/payment_intents/object)
    func intent(_ payment: SandboxPayment, _ checkout: SandboxCheckout) -> SandboxJSON {
        [
            "id": .text(payment.id),
            "object": "payment_intent",
            "amount": .number(checkout.total.minorUnits),
            "amount_capturable": 0,
            "amount_received": payment.state == .succeeded ? .number(checkout.total.minorUnits) : 0,
            "capture_method": "automatic_async",
            "confirmation_method": "automatic",
            "created": seconds(payment.createdAt),
            "currency": currency(checkout),
            "customer": nil,
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
        let customer = customer(checkout, payment)
        var charge: SandboxJSON = [
            "id": .text(payment.charge),
            "object": "charge",
            "amount": .number(checkout.total.minorUnits),
            "amount_captured": payment.state == .succeeded ? .number(checkout.total.minorUnits) : 0,
            "amount_refunded": .number(payment.refundedMinorUnits),
            "billing_details": [
                "address": customer["address"], "email": customer["email"], "name": customer["name"], "phone": nil,
                "tax_id": nil,
            ],
            "captured": .bool(payment.state == .succeeded),
            "created": seconds(payment.createdAt),
            "currency": currency(checkout),
            "customer": nil,
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
        // Until API version 2022-11-15 the latest ten came along.
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
        [
            "id": .text(refund.id),
            "object": "refund",
            "amount": .number(refund.minorUnits),
            "balance_transaction": nil,
            "charge": SandboxJSON(checkout.payment?.charge),
            "created": seconds(refund.createdAt),
            "currency": currency(checkout),
            "failure_reason": refund.state == .failed ? "expired_or_canceled_card" : nil,
            "metadata": [:],
            "payment_intent": SandboxJSON(checkout.payment?.id),
            "pending_reason": refund.state == .pending ? "processing" : nil,
            "reason": "requested_by_customer",
            "receipt_number": nil,
            "status": .text(refund.state.rawValue),
        ]
    }

    /// [The Dispute object](https://docs.stripe.com/api/disputes/object)
    func dispute(_ dispute: SandboxDispute, _ checkout: SandboxCheckout) -> SandboxJSON {
        [
            "id": .text(dispute.id),
            "object": "dispute",
            "amount": .number(dispute.minorUnits),
            "balance_transactions": .list(movements(dispute, checkout)),
            "charge": SandboxJSON(checkout.payment?.charge),
            "created": seconds(dispute.createdAt),
            "currency": currency(checkout),
            "enhanced_eligibility_types": [],
            "evidence": [:],
            "evidence_details": ["due_by": nil, "has_evidence": false, "past_due": false, "submission_count": 0],
            "is_charge_refundable": .bool(!dispute.hasTaken && dispute.state != .won),
            "livemode": false,
            "metadata": [:],
            "payment_intent": SandboxJSON(checkout.payment?.id),
            "reason": "product_not_received",
            "status": disputeStatus(dispute),
        ]
    }

    /// What a dispute did to the shop's balance.
    ///
    /// [The balance transaction object](https://docs.stripe.com/api/balance_transactions/object)
    private func movements(_ dispute: SandboxDispute, _ checkout: SandboxCheckout) -> [SandboxJSON] {
        [(dispute.withdrawnAt, -1), (dispute.reinstatedAt, 1)].compactMap { moment, sign in
            guard let moment else { return nil }
            return [
                "id": .text("txn_\(dispute.number)_\(sign < 0 ? "out" : "in")"),
                "object": "balance_transaction",
                "amount": .number(Int64(sign) * dispute.minorUnits),
                "available_on": seconds(moment),
                "balance_type": "payments",
                "created": seconds(moment),
                "currency": currency(checkout),
                "description": nil,
                "fee": 0,
                "fee_details": [],
                "net": .number(Int64(sign) * dispute.minorUnits),
                "reporting_category": .text(sign < 0 ? "dispute" : "dispute_reversal"),
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

    private func customer(_ checkout: SandboxCheckout, _ payment: SandboxPayment?) -> SandboxJSON {
        let isKnown = payment != nil
        return [
            "address": isKnown
                ? [
                    "city": "Springfield", "country": "US", "line1": "1 Sandbox Street", "line2": nil,
                    "postal_code": "12345", "state": "IL",
                ] : nil,
            "email": SandboxJSON(checkout.customerEmail ?? (isKnown ? "pat@example.com" : nil)),
            "name": isKnown ? "Pat Sandbox" : nil,
            "phone": nil,
            "tax_exempt": "none",
            "tax_ids": [],
        ]
    }

    private func currency(_ checkout: SandboxCheckout) -> SandboxJSON { .text(checkout.total.currency.lowercased()) }

    func seconds(_ moment: Timestamp) -> SandboxJSON { .number(moment.rawValue / 1000) }
}
