import Faregate
import FaregatePayments
import Foundation

/// Dodo's objects as its documentation and its command line tool write them, including all fields that are not read.
///
/// The customer bought the small pack for 10.00 USD, and paid 12.00 with a tax of 2.00.
enum DodoFixture {
    static let payment: JSON = [
        "payload_type": "Payment",
        "payment_id": "pay_1",
        "checkout_session_id": "cks_1",
        "business_id": "bus_1",
        "brand_id": "bus_1",
        "status": "succeeded",
        "total_amount": 1200,
        "currency": "USD",
        "tax": 200,
        "settlement_amount": 1200,
        "settlement_currency": "USD",
        "settlement_tax": 200,
        "metadata": [
            "faregate_purchase": "pur_1", "faregate_account": "acct_1", "faregate_pack": "small",
            "visits": 7, "ratio": .raw("0.5"), "beta": true,
        ],
        "customer": [
            "customer_id": "cus_1", "email": "ada@example.com", "name": "Ada Lovelace", "phone_number": nil,
            "metadata": [:],
        ],
        "billing": [
            "street": "12 St James's Square", "city": "London", "state": "Greater London", "country": "GB",
            "zipcode": "SW1Y 4JH",
        ],
        "product_cart": [["product_id": "pdt_small", "quantity": 1]],
        "invoice_id": "inv_1",
        "invoice_url": "https://test.dodopayments.com/invoices/payments/pay_1",
        "payment_link": "https://test.checkout.dodopayments.com/cbq",
        "payment_method": "card",
        "payment_method_type": "credit",
        "payment_method_id": nil,
        "payment_provider": "dodo",
        "card_holder_name": "Ada Lovelace",
        "card_issuing_country": "GB",
        "card_last_four": "4242",
        "card_network": "visa",
        "card_type": "credit",
        "created_at": "2026-01-01T00:00:00.123456Z",
        "updated_at": nil,
        "digital_products_delivered": false,
        "discount_id": nil,
        "discounts": [],
        "error_code": nil,
        "error_message": nil,
        "custom_field_responses": nil,
        "is_update_payment_method": false,
        "is_multi_subscription": false,
        "includes_usage": false,
        "retry_attempt": 0,
        "service_periods": [],
        "subscription_id": nil,
        "subscription_ids": [],
        "charge_type": nil,
        "refund_status": nil,
        "refunds": [],
        "disputes": [],
    ]

    /// A subscription's second charge: it has the metadata of the first one, and the same checkout.
    static let renewal =
        payment
        .setting(["payment_id"], to: "pay_renewal").setting(["subscription_id"], to: "sub_1")
        .setting(["subscription_ids"], to: ["sub_1"]).setting(["charge_type"], to: "renewal")
        .setting(["product_cart"], to: nil)

    static let refund: JSON = [
        "payload_type": "Refund",
        "refund_id": "ref_1",
        "payment_id": "pay_1",
        "business_id": "bus_1",
        "brand_id": "bus_1",
        "amount": 300,
        "currency": "USD",
        "is_partial": true,
        "status": "succeeded",
        "reason": "half of it was not needed",
        "metadata": ["faregate_purchase": "pur_somebody_elses"],
        "customer": [
            "customer_id": "cus_1", "email": "ada@example.com", "name": "Ada Lovelace", "phone_number": nil,
        ],
        "network_reference": nil,
        "network_reference_type": nil,
        "created_at": "2026-01-02T00:00:00Z",
    ]

    static let fullRefund = refund.setting(["amount"], to: nil).setting(["is_partial"], to: false)

    static let dispute: JSON = [
        "payload_type": "Dispute",
        "dispute_id": "dp_1",
        "payment_id": "pay_1",
        "business_id": "bus_1",
        "amount": "1200",
        "currency": "USD",
        "dispute_stage": "dispute",
        "dispute_status": "dispute_opened",
        "is_resolved_by_rdr": false,
        "reason": "fraudulent",
        "remarks": nil,
        "created_at": "2026-01-03T00:00:00Z",
    ]

    static func disputed(_ status: String, stage: String = "dispute", amount: JSON = "1200") -> JSON {
        dispute.setting(["dispute_status"], to: .text("dispute_\(status)"))
            .setting(["dispute_stage"], to: .text(stage)).setting(["amount"], to: amount)
    }

    /// Whatever the payment's status is by now.
    static func paid(_ status: String) -> JSON { payment.setting(["status"], to: .text(status)) }

    static func event(_ type: String, _ data: JSON) -> JSON {
        ["business_id": "bus_1", "type": .text(type), "timestamp": "2026-01-01T00:00:01.5Z", "data": data]
    }

    /// All events that report something, and two that don't.
    static let events: [String: JSON] = [
        "paid": event("payment.succeeded", payment),
        "on its way": event("payment.processing", paid("processing").setting(["tax"], to: nil)),
        "failed": event("payment.failed", paid("failed")),
        "given up": event("payment.cancelled", paid("cancelled")),
        "renewed": event("payment.succeeded", renewal),
        "paid less": event("payment.succeeded", payment.setting(["total_amount"], to: 900)),
        "refunded in part": event("refund.succeeded", refund),
        "refunded": event("refund.succeeded", fullRefund),
        "refund failed": event("refund.failed", refund.setting(["status"], to: "failed")),
        "disputed": event("dispute.opened", disputed("opened")),
        "challenged": event("dispute.challenged", disputed("challenged")),
        "accepted": event("dispute.accepted", disputed("accepted")),
        "expired": event("dispute.expired", disputed("expired")),
        "cancelled": event("dispute.cancelled", disputed("cancelled")),
        "won": event("dispute.won", disputed("won")),
        "lost": event("dispute.lost", disputed("lost").setting(["is_resolved_by_rdr"], to: true)),
        "contested": event("dispute.opened", disputed("opened", stage: "pre_arbitration")),
        "lost at last": event("dispute.lost", disputed("lost", stage: "pre_arbitration")),
        "won at last": event("dispute.won", disputed("won", stage: "pre_arbitration")),
        "subscribed": event("subscription.active", ["subscription_id": "sub_1"]),
        "paid out": event("payout.success", ["payout_id": "pyt_1", "amount": 100]),
    ]

    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    static func provider(
        at dodo: any ProviderKit.Transport = FakeDodo(),
        clock: any WallClock = ImpatientClock(),
        checksPrices: Bool = false,
        checkout: Dodo.CheckoutOptions = .plain,
        mode: Dodo.Mode = .test,
        baseURL: URL? = nil
    ) throws -> Dodo {
        try Dodo(
            key: try Secret("dodo_key_do_not_show"),
            webhookSecrets: [try Secret(secret)],
            checkout: checkout,
            mode: mode,
            baseURL: baseURL,
            checksPrices: checksPrices,
            clock: clock,
            transport: dodo
        )
    }

    /// The reading of an event in the inbox.
    static func read(_ event: JSON) throws -> Inbox.Reading { try read(event.text) }

    static func read(_ body: String) throws -> Inbox.Reading {
        let id = Inbox.Event.ID(provider: "dodo", event: "msg_1")
        return try provider().read(Inbox.Event(id: id, type: "unused", body: Data(body.utf8)))
    }
}

/// The order at Dodo as a ledger puts it together: facts that share a name belong to one order.
struct DodoOrder {
    private var names: Set<String> = ["purchase pur_1", "checkout cks_1"]
    private var waiting: [Purchase.Event] = []
    private var facts: Set<Purchase.Fact> = []

    init(_ readings: some Sequence<Inbox.Reading>) {
        for case .facts(let events) in readings { waiting += events }
        while let i = waiting.firstIndex(where: { !names.isDisjoint(with: $0.names.all) }) {
            let event = waiting.remove(at: i)
            names.formUnion(event.names.all)
            facts.insert(event.fact)
        }
    }

    var position: Purchase.Position {
        let purchase = Purchase(
            id: "pur_1",
            provider: "dodo",
            account: "acct_1",
            pack: "small",
            product: "pdt_small",
            quantity: 1,
            credits: 100,
            price: Money(minorUnits: 1000, currency: "USD"),
            lifetimeMilliseconds: nil,
            policyVersion: "policy-1",
            requestKey: nil,
            allowsDiscounts: false
        )
        return Purchase.Position(of: purchase, given: facts)
    }
}

extension Purchase.Names {
    fileprivate var all: [String] {
        [purchase.map { "purchase \($0)" }, checkout.map { "checkout \($0)" }].compactMap(\.self)
            + payments.map { "payment \($0)" }
    }
}
