import Faregate

/// Sessions and their line items, with every field that Stripe always sends and those that shops read.
extension StripeWire {
    /// [The Checkout Session object](https://docs.stripe.com/api/checkout/sessions/object)
    func session(_ checkout: SandboxCheckout) -> SandboxJSON {
        // A session doesn't contain the id of a payment that was declined.
        let payment = checkout.state == .complete ? checkout.payment : nil
        let terms = checkout.terms
        var json: SandboxJSON = [
            "id": .text(checkout.id),
            "object": "checkout.session",
            "allow_promotion_codes": terms.allowsCodes ? true : nil,
            "amount_subtotal": amount(checkout.bill.price.minorUnits, of: checkout),
            "amount_total": amount(checkout.total.minorUnits, of: checkout),
            "automatic_tax": [
                "enabled": .bool(terms.automaticTax), "liability": nil, "provider": nil,
                "status": terms.automaticTax ? "complete" : nil,
            ],
            "cancel_url": SandboxJSON(checkout.cancelURL),
            "client_reference_id": SandboxJSON(checkout.reference),
            "created": seconds(checkout.createdAt),
            "currency": currency(checkout),
            "custom_fields": [],
            "custom_text": [
                "after_submit": nil, "shipping_address": nil, "submit": nil, "terms_of_service_acceptance": nil,
            ],
            "customer": SandboxJSON(terms.customer),
            "customer_details": checkout.state != .complete && checkout.customerEmail == nil ? nil : customer(checkout),
            "customer_email": terms.customer == nil ? SandboxJSON(checkout.customerEmail) : nil,
            "discounts": checkout.bill.coupon.map { .list([discount($0, terms)]) } ?? [],
            "expires_at": seconds(checkout.expiresAt),
            "invoice": terms.createsInvoice && checkout.isPaid ? .text("in_\(checkout.number)") : nil,
            "livemode": false,
            "locale": SandboxJSON(terms.locale),
            "metadata": .object(checkout.metadata),
            "mode": terms.foreign == .subscription ? "subscription" : "payment",
            "optional_items": terms.hasCrossSells ? [["price": "price_more", "quantity": 1]] : [],
            "payment_intent": terms.foreign == .subscription ? nil : SandboxJSON(payment?.id),
            "payment_link": terms.foreign == .link ? .text("plink_\(checkout.number)") : nil,
            "payment_method_types": ["card", "sepa_debit"],
            "payment_status": checkout.total.minorUnits == 0
                ? "no_payment_required" : checkout.isPaid ? "paid" : "unpaid",
            "shipping_options": [],
            "status": .text(checkout.state.rawValue),
            "success_url": .text(checkout.successURL),
            "subscription": terms.foreign == .subscription ? .text("sub_\(checkout.number)") : nil,
            "tax_id_collection": ["enabled": .bool(terms.collectsTaxIDs), "required": "never"],
            "total_details": [
                "amount_discount": amount(checkout.discount, of: checkout), "amount_shipping": 0,
                "amount_tax": amount(checkout.tax, of: checkout),
            ],
            "ui_mode": "hosted_page",
            "url": checkout.state == .open ? .text(checkout.page) : nil,
        ]
        if let details = presentment(checkout.total.minorUnits, of: checkout) { json["presentment_details"] = details }
        return json
    }

    private func discount(_ coupon: SandboxOffers.Coupon, _ terms: SandboxTerms) -> SandboxJSON {
        [
            "coupon": terms.allowsCodes ? nil : .text(coupon.id),
            "promotion_code": terms.allowsCodes ? .text(coupon.promotionCode) : nil,
        ]
    }

    /// A session's line items, on request.
    ///
    /// [Line items of a session](https://docs.stripe.com/api/checkout/sessions/line_items)
    func lineItems(of checkout: SandboxCheckout) -> SandboxJSON {
        let all = checkout.bill.price.minorUnits
        let item: SandboxJSON = [
            "id": .text("li_\(checkout.number)"),
            "object": "item",
            "amount_discount": amount(checkout.discount, of: checkout),
            "amount_subtotal": amount(all, of: checkout),
            "amount_tax": amount(checkout.tax, of: checkout),
            "amount_total": amount(checkout.total.minorUnits, of: checkout),
            "currency": currency(checkout),
            "description": .text(checkout.product),
            "metadata": [:],
            "price": [
                "id": .text(checkout.product), "object": "price", "active": true, "billing_scheme": "per_unit",
                "created": seconds(checkout.createdAt), "currency": currency(checkout), "livemode": false,
                "custom_unit_amount": checkout.terms.hasCustomAmount
                    ? ["maximum": nil, "minimum": nil, "preset": nil] : nil,
                "metadata": [:], "nickname": nil, "product": .text("prod_\(checkout.product)"), "recurring": nil,
                "type": "one_time", "unit_amount": amount(all / Int64(checkout.quantity), of: checkout),
            ],
            "quantity": .number(Int64(checkout.quantity)),
        ]
        return [
            "object": "list", "data": [item], "has_more": false,
            "url": .text("/v1/checkout/sessions/\(checkout.id)/line_items"),
        ]
    }

    func customer(_ checkout: SandboxCheckout) -> SandboxJSON {
        let isKnown = checkout.state == .complete
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
            "tax_ids": isKnown && checkout.terms.collectsTaxIDs ? [["type": "eu_vat", "value": "DE123456789"]] : [],
        ]
    }
}
