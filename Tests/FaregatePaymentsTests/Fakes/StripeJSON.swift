/// Stripe's objects as it sends them, with many fields that are not read.
enum StripeJSON {
    /// Versions of the API between which the fields that we read moved.
    enum Version: String, CaseIterable {
        /// Charges without payment intents, which list their refunds.
        case of2017 = "2017-12-14"
        /// Payment intents; charges list their refunds.
        case of2022 = "2022-08-01"
        /// Charges don't list their refunds; refunds have events of their own.
        case of2024 = "2024-10-28.acacia"
        case newest = "2026-10-28.endive"

        var hasIntents: Bool { self != .of2017 }
        var listsRefunds: Bool { self == .of2017 || self == .of2022 }
    }

    static func event(
        _ type: String,
        _ object: JSON,
        id: String = "evt_1",
        version: Version = .newest,
        livemode: Bool = false
    ) -> JSON {
        [
            "id": .text(id), "object": "event", "api_version": .text(version.rawValue), "created": 1_767_225_600,
            "data": ["object": object, "previous_attributes": ["status": "pending"]], "livemode": .boolean(livemode),
            "pending_webhooks": 1, "request": ["id": "req_1", "idempotency_key": "key_1"], "type": .text(type),
        ]
    }

    /// A session's metadata after we have opened it.
    static func metadata(
        _ purchase: String = "pur_1",
        product: String = "price_small",
        quantity: String = "1"
    ) -> JSON {
        [
            "faregate_purchase": .text(purchase), "faregate_account": "acct_1", "faregate_pack": "small",
            "faregate_product": .text(product), "faregate_quantity": .text(quantity),
        ]
    }

    /// A Checkout session of the shop's one purchase.
    static func session(_ changes: [String: JSON?] = [:]) -> JSON {
        let session: JSON = [
            "id": "cs_test_1", "object": "checkout.session", "mode": "payment", "status": "complete",
            "payment_status": "paid", "payment_intent": "pi_1", "amount_subtotal": 1000, "amount_total": 1000,
            "currency": "usd", "livemode": false, "client_reference_id": "pur_1", "created": 1_767_225_600,
            "expires_at": 1_767_312_000, "url": "https://checkout.stripe.com/c/pay/cs_test_1#fid%2Fa",
            "metadata": metadata(),
            "customer_details": [
                "name": "Ana Silva", "email": "private@example.com", "phone": nil, "tax_exempt": "none",
                "address": [
                    "line1": "1 Main St", "line2": nil, "city": "Lisboa", "postal_code": "1100-001", "state": nil,
                    "country": "PT",
                ],
            ],
            "total_details": ["amount_discount": 0, "amount_shipping": 0, "amount_tax": 0],
            "payment_method_types": ["card"], "custom_fields": [], "shipping_options": [["shipping_amount": 0]],
        ]
        return session.with(changes)
    }

    static func refund(
        _ id: String = "re_1",
        _ amount: Int64 = 400,
        _ status: String = "succeeded",
        version: Version = .newest
    ) -> JSON {
        let refund: JSON = [
            "id": .text(id), "object": "refund", "amount": .raw("\(amount)"), "currency": "usd", "charge": "ch_1",
            "payment_intent": version.hasIntents ? "pi_1" : nil, "status": .text(status), "reason": nil,
            "metadata": [:], "created": 1_767_312_000, "balance_transaction": "txn_1",
        ]
        return version.hasIntents ? refund : refund.with(["payment_intent": nil])
    }

    static func charge(refunded: Int64 = 0, _ refunds: [JSON] = [], version: Version = .newest) -> JSON {
        let charge: JSON = [
            "id": "ch_1", "object": "charge", "amount": 1000, "amount_captured": 1000,
            "amount_refunded": .raw("\(refunded)"), "currency": "usd", "payment_intent": "pi_1", "paid": true,
            "captured": true, "refunded": .boolean(refunded == 1000), "disputed": false, "status": "succeeded",
            "receipt_url": "https://pay.stripe.com/receipts/ch_1", "metadata": ["faregate_purchase": "pur_1"],
            "billing_details": ["email": "private@example.com"], "livemode": false,
        ]
        let list: JSON = ["object": "list", "data": .array(refunds), "has_more": false, "total_count": 1]
        let listing = version.listsRefunds ? charge.with(["refunds": list]) : charge
        return version.hasIntents ? listing : listing.with(["payment_intent": nil])
    }

    static func dispute(
        _ status: String,
        id: String = "dp_1",
        amount: Int64 = 1000,
        moved: [Int64] = [],
        version: Version = .newest
    ) -> JSON {
        let dispute: JSON = [
            "id": .text(id), "object": "dispute", "amount": .raw("\(amount)"), "currency": "usd", "charge": "ch_1",
            "payment_intent": "pi_1", "status": .text(status), "reason": "fraudulent", "metadata": [:],
            "is_charge_refundable": false, "livemode": false,
            "balance_transactions": .array(
                moved.enumerated().map { number, amount in
                    [
                        "id": .text("txn_\(number + 1)"), "object": "balance_transaction", "amount": .raw("\(amount)"),
                        "currency": "usd", "fee": 1500,
                    ]
                }
            ),
            "evidence": ["customer_name": nil], "evidence_details": ["due_by": 1_768_000_000, "has_evidence": false],
        ]
        return version.hasIntents ? dispute : dispute.with(["payment_intent": nil])
    }

    static func list(_ objects: [JSON], hasMore: Bool = false) -> JSON {
        ["object": "list", "data": .array(objects), "has_more": .boolean(hasMore), "url": "/v1/things"]
    }
}
