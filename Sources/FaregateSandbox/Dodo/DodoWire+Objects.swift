import Faregate

/// The objects, with every field that Dodo always sends and those that shops read.
extension DodoWire {
    /// [Dodo Payments: get a checkout
    /// session](https://docs.dodopayments.com/api-reference/checkout-sessions/get-checkouts)
    func status(of checkout: SandboxCheckout) -> SandboxJSON {
        [
            "id": .text(checkout.id),
            "created_at": .text(checkout.createdAt.description),
            "customer_email": SandboxJSON(checkout.customerEmail),
            "customer_name": checkout.payment == nil ? nil : "Pat Sandbox",
            "payment_id": SandboxJSON(checkout.payment?.id),
            "payment_status": SandboxJSON(checkout.payment?.state.rawValue),
        ]
    }

    /// [Dodo Payments: get a payment](https://docs.dodopayments.com/api-reference/payments/get-payments-1)
    func payment(_ payment: SandboxPayment, _ checkout: SandboxCheckout) -> SandboxJSON {
        var json = summary(payment, checkout)
        json["billing"] = [
            "city": "Springfield", "country": "US", "state": "IL", "street": "1 Sandbox Street", "zipcode": "12345",
        ]
        json["business_id"] = .text(DodoWire.business)
        json["disputes"] = .list(payment.disputes.map { dispute($0, payment, checkout) })
        json["error_code"] = payment.state == .failed ? "CARD_DECLINED" : nil
        json["error_message"] = payment.state == .failed ? "The card was declined." : nil
        json["is_update_payment_method"] = false
        if let coupon = checkout.bill.coupon {
            json["discount_id"] = .text("dsc_\(coupon.id)")
            json["discounts"] = [discount(coupon, checkout)]
        }
        json["product_cart"] =
            checkout.terms.foreign == .subscription
            ? nil : [["product_id": .text(checkout.product), "quantity": .number(Int64(checkout.quantity))]]
        json["refunds"] = .list(payment.refunds.map { listed($0, payment, checkout) })
        json["settlement_amount"] = .number(checkout.total.minorUnits)
        json["settlement_currency"] = .text(checkout.total.currency)
        json["settlement_tax"] = .number(checkout.tax)
        json["tax"] = .number(checkout.tax)
        json["updated_at"] = nil
        return json
    }

    /// The fields of a payment in the list of payments.
    func summary(_ payment: SandboxPayment, _ checkout: SandboxCheckout) -> SandboxJSON {
        let subscription: SandboxJSON = checkout.terms.foreign == .subscription ? .text("sub_\(checkout.number)") : nil
        let isOfSession = ![.link, .subscription].contains(checkout.terms.foreign)
        return [
            "payment_id": .text(payment.id),
            "brand_id": .text(DodoWire.brand),
            "checkout_session_id": isOfSession ? .text(checkout.id) : nil,
            "created_at": .text(payment.createdAt.description),
            "currency": .text(checkout.total.currency),
            "customer": customer(checkout),
            "digital_products_delivered": false,
            "includes_usage": false,
            "invoice_id": payment.state == .succeeded ? .text("inv_\(payment.number)") : nil,
            "invoice_url": payment.state == .succeeded ? .text("\(shelf.pages)/receipt/\(payment.id)") : nil,
            "is_multi_subscription": false,
            "metadata": .object(checkout.metadata),
            "payment_method": payment.isDelayed ? "bank_transfer" : "card",
            "payment_method_type": payment.isDelayed ? "sepa" : "visa",
            "payment_provider": "dodo",
            "refund_status": refundStatus(payment, checkout),
            "retry_attempt": 0,
            "service_periods": [],
            "status": .text(payment.state.rawValue),
            "subscription_id": subscription,
            "subscription_ids": subscription == .null ? [] : [subscription],
            "total_amount": .number(checkout.total.minorUnits),
        ]
    }

    /// [Dodo Payments: get a refund](https://docs.dodopayments.com/api-reference/refunds/get-refunds-1)
    func refund(_ refund: SandboxRefund, _ payment: SandboxPayment, _ checkout: SandboxCheckout) -> SandboxJSON {
        var json = listed(refund, payment, checkout)
        json["brand_id"] = .text(DodoWire.brand)
        json["customer"] = customer(checkout)
        json["metadata"] = [:]
        return json
    }

    /// The fields of a refund in lists.
    func listed(_ refund: SandboxRefund, _ payment: SandboxPayment, _ checkout: SandboxCheckout) -> SandboxJSON {
        [
            "refund_id": .text(refund.id),
            "payment_id": .text(payment.id),
            "business_id": .text(DodoWire.business),
            "amount": .number(refund.minorUnits),
            "created_at": .text(refund.createdAt.description),
            "currency": .text(checkout.total.currency),
            "is_partial": .bool(refund.isPartial),
            "reason": "requested_by_customer",
            "status": .text(refund.state.rawValue),
        ]
    }

    /// [Dodo Payments: get a dispute](https://docs.dodopayments.com/api-reference/disputes/get-disputes-1)
    ///
    /// - Parameter isWhole: whether it was requested by its id; webhooks and lists show less.
    func dispute(
        _ dispute: SandboxDispute,
        _ payment: SandboxPayment,
        _ checkout: SandboxCheckout,
        isWhole: Bool = false
    ) -> SandboxJSON {
        var json: SandboxJSON = [
            "dispute_id": .text(dispute.id),
            "payment_id": .text(payment.id),
            "business_id": .text(DodoWire.business),
            "amount": .text(String(dispute.minorUnits)),
            "created_at": .text(dispute.createdAt.description),
            "currency": .text(checkout.total.currency),
            "dispute_stage": .text(dispute.stage.rawValue),
            "dispute_status": .text("dispute_\(DodoWire.word(dispute.state))"),
            "is_resolved_by_rdr": .bool(dispute.stage == .preDispute && dispute.state == .lost),
        ]
        guard isWhole else { return json }
        json["brand_id"] = .text(DodoWire.brand)
        json["customer"] = customer(checkout)
        json["payment_provider"] = "dodo"
        json["reason"] = "product_not_received"
        json["remarks"] = nil
        return json
    }

    /// The state as event types and `dispute_status` write it.
    static func word(_ state: SandboxDispute.State) -> String {
        switch state {
        case .warning, .open: "opened"
        case .warningClosed, .cancelled: "cancelled"
        case .challenged, .accepted, .expired, .won, .lost: state.rawValue
        }
    }

    /// The discount's percentage or amount. Dodo doesn't report how much the customer saved.
    private func discount(_ coupon: SandboxOffers.Coupon, _ checkout: SandboxCheckout) -> SandboxJSON {
        let (type, amount): (String, Int64) =
            switch coupon.off {
            case .percent(let percent): ("percentage", Int64(percent) * 100)
            case .amount(let money): ("flat", money.minorUnits)
            }
        return [
            "amount": .number(amount), "business_id": .text(DodoWire.business), "code": .text(coupon.code),
            "created_at": "2026-01-01T00:00:00.000Z", "discount_id": .text("dsc_\(coupon.id)"), "metadata": [:],
            "position": 0, "preserve_on_plan_change": false, "restricted_to": [], "times_used": 1,
            "type": .text(type),
        ]
    }

    /// [Dodo Payments: get a product](https://docs.dodopayments.com/api-reference/products/get-products-1)
    func product(_ id: String, _ price: Money) -> SandboxJSON {
        [
            "product_id": .text(id),
            "brand_id": .text(DodoWire.brand),
            "business_id": .text(DodoWire.business),
            "created_at": "2026-01-01T00:00:00.000Z",
            "credit_entitlements": [],
            "description": nil,
            "entitlements": [],
            "is_recurring": false,
            "license_key_enabled": false,
            "metadata": [:],
            "name": .text(id),
            "price": [
                "type": "one_time_price", "currency": .text(price.currency), "price": .number(price.minorUnits),
                "discount": 0, "discount_bps": 0, "pay_what_you_want": .bool(shelf.has(.customAmount, id)),
                "purchasing_power_parity": .bool(shelf.has(.purchasingPowerParity, id)),
                "suggested_price": nil, "tax_inclusive": .bool(shelf.offers.taxIsWithin),
            ],
            "addons": shelf.has(.crossSells, id) ? ["adn_1"] : nil,
            "pricing_mode": shelf.has(.localizedPrices, id) ? "by_country" : nil,
            "tax_category": "saas",
            "updated_at": "2026-01-01T00:00:00.000Z",
        ]
    }

    private func customer(_ checkout: SandboxCheckout) -> SandboxJSON {
        [
            "customer_id": .text(checkout.terms.customer ?? "cus_\(checkout.number)"),
            "email": .text(checkout.customerEmail ?? "pat@example.com"),
            "metadata": [:],
            "name": "Pat Sandbox",
            "phone_number": nil,
        ]
    }

    private func refundStatus(_ payment: SandboxPayment, _ checkout: SandboxCheckout) -> SandboxJSON {
        let done = payment.refunds.filter { $0.state == .succeeded }.reduce(0) { $0 + $1.minorUnits }
        return done == 0 ? nil : done >= checkout.total.minorUnits ? "full" : "partial"
    }
}
