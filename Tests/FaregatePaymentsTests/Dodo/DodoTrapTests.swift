import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// Surprising values in Dodo's fields, one by one.
@Suite struct DodoTrapTests {
    func events(_ type: String, _ data: JSON) throws -> [Purchase.Event]? {
        guard case .facts(let events) = try DodoFixture.read(DodoFixture.event(type, data)) else { return nil }
        return events
    }

    private func reason(_ type: String, _ data: JSON) throws -> String? {
        guard case .unreadable(let reason, _) = try DodoFixture.read(DodoFixture.event(type, data)) else { return nil }
        return reason
    }

    private func paid(_ field: String, _ value: JSON?) throws -> Purchase.Event? {
        try events("payment.succeeded", DodoFixture.payment.setting([field], to: value))?.last
    }

    private func fact(amount: Int64 = 1200, currency: String = "USD", tax: Int64 = 200) -> Purchase.Fact {
        .paid(payment: "pay_1", amount: Money(minorUnits: amount, currency: currency), tax: tax)
    }

    @Test("An amount may be written as text")
    func amountsAsText() throws {
        let total = try paid("total_amount", "1200")
        let tax = try paid("tax", "200")
        #expect(total?.fact == fact())
        #expect(tax?.fact == fact())
    }

    @Test("A payment without a readable total or currency is unreadable, and the reason does not repeat the value")
    func noAmount() throws {
        let values: [JSON?] = [
            nil, .null, "", "12.00", "12,00", "1e3", "secret", .raw("12.5"), -1, "-1", .raw("1e99"), true, [1200], [:],
            .raw("9007199254740993"),
        ]
        for value in values {
            let reason = try reason("payment.succeeded", DodoFixture.payment.setting(["total_amount"], to: value))
            #expect(reason?.contains("total_amount") == true, "\(value?.text ?? "left out")")
            #expect(reason?.contains("secret") == false)
        }
        for value: JSON? in [nil, .null, "", "US", "USDT", "U$D", "ÜSD", 840, ["USD"]] {
            let reason = try reason("payment.succeeded", DodoFixture.payment.setting(["currency"], to: value))
            #expect(reason?.contains("currency") == true)
        }
    }

    @Test("A currency in lower case is read as the same currency")
    func currencyInLowerCase() throws {
        let event = try paid("currency", "usd")
        #expect(event?.fact == fact())
    }

    @Test("A tax that is missing, absurd or not an amount counts as zero")
    func otherTaxes() throws {
        for value: JSON? in [nil, .null, 0, -200, 1201, "2.00", .raw("0.5"), [], true] {
            let event = try paid("tax", value)
            #expect(event?.fact == fact(tax: 0))
        }
        let all = try paid("tax", 1200)
        #expect(all?.fact == fact(tax: 1200))
    }

    @Test("The event's type decides what happened, not the payload's type or the status at delivery")
    func theTypeCounts() throws {
        for value: JSON? in [nil, .null, "Refund", 7] {
            let event = try paid("payload_type", value)
            #expect(event?.fact == fact())
        }
        for status: JSON? in [nil, .null, "failed", "processing", "requires_capture", "from_the_future", 7, []] {
            let data = DodoFixture.payment.setting(["status"], to: status)
            let succeeded = try events("payment.succeeded", data)?.last
            let failed = try events("payment.failed", data)?.first
            let processing = try events("payment.processing", data)?.first
            #expect(succeeded?.fact == fact())
            #expect(failed?.fact == .paymentFailed(payment: "pay_1"))
            #expect(processing?.fact == .pending(payment: "pay_1"))
        }
        let refund = DodoFixture.fullRefund.setting(["status"], to: "from_the_future")
        let refunded = try events("refund.succeeded", refund)?.first
        #expect(refunded?.fact == .refund(id: "ref_1", payment: "pay_1", amount: nil, .succeeded))
        let dispute = DodoFixture.disputed("from_the_future")
        let won = try events("dispute.won", dispute)
        #expect(won?.map(\.fact).contains { $0.step == .won } == true)
    }

    @Test("A failed or pending payment needs no amount")
    func noAmountNeeded() throws {
        let data = DodoFixture.payment.setting(["total_amount"], to: nil).setting(["currency"], to: nil)
        let failed = try events("payment.failed", data)
        let processing = try events("payment.processing", data)
        #expect(failed?.count == 1)
        #expect(processing?.count == 1)
    }

    @Test("A payment, refund or dispute without an id is unreadable")
    func noID() throws {
        let cases: [(String, JSON, String)] = [
            ("payment.succeeded", DodoFixture.payment, "payment_id"),
            ("payment.failed", DodoFixture.payment, "payment_id"),
            ("refund.succeeded", DodoFixture.refund, "refund_id"), ("refund.failed", DodoFixture.refund, "payment_id"),
            ("dispute.lost", DodoFixture.dispute, "dispute_id"), ("dispute.won", DodoFixture.dispute, "payment_id"),
        ]
        for (type, data, field) in cases {
            for value: JSON? in [nil, .null, "", 7, ["x"], "a\u{0}b", .text(String(repeating: "x", count: 256))] {
                let reason = try reason(type, data.setting([field], to: value))
                #expect(reason?.contains(field) == true)
            }
            for data: JSON in [nil, 7, "x", []] {
                let reason = try reason(type, data)
                #expect(reason == "\(type): it has no data")
            }
        }
    }

    @Test("Metadata may hold values of any kind, and only a text can be a purchase's id")
    func metadata() throws {
        let values: [JSON] = [nil, 7, true, .raw("1.5"), ["pur_1"], [:], "", "a\u{0}b"]
        for value in values {
            let event = try paid("metadata", ["faregate_purchase": value, "other": 7])
            #expect(event?.names == Purchase.Names(checkout: "cks_1", payments: ["pay_1"]))
        }
        for value: JSON? in [nil, .null, [], "pur_1", 7, [:], true] {
            let event = try paid("metadata", value)
            #expect(event?.names == Purchase.Names(checkout: "cks_1", payments: ["pay_1"]))
        }
    }

    @Test("A payment may have no checkout session")
    func noCheckout() throws {
        for value: JSON? in [nil, .null, 7, ""] {
            let event = try paid("checkout_session_id", value)
            #expect(event?.names == Purchase.Names(purchase: "pur_1", payments: ["pay_1"]))
        }
    }

    @Test("A missing cart reports nothing")
    func noCart() throws {
        for value: JSON? in [nil, .null, []] {
            let events = try events("payment.succeeded", DodoFixture.payment.setting(["product_cart"], to: value))
            #expect(events?.map(\.fact) == [fact()])
        }
    }

    @Test("A cart with any other item, readable or not, differs from what was sold, and the payment is still reported")
    func otherCarts() throws {
        let small: JSON = ["product_id": "pdt_small", "quantity": 1]
        let sold = Purchase.ProductCount(product: "pdt_small", quantity: 1)
        let others: [JSON] = [
            7, "pdt_small", true, [:], small, [7], [nil], [[]], [[:]], [["product_id": "pdt_large", "quantity": 1]],
            [["product_id": "pdt_small", "quantity": 2]], [["product_id": "pdt_small"]], [["quantity": 1]],
            [["product_id": "", "quantity": 1]], [["product_id": 7, "quantity": 1]],
            [["product_id": "pdt_small", "quantity": 0]], [["product_id": "pdt_small", "quantity": -1]],
            [["product_id": "pdt_small", "quantity": .raw("1.5")]], [["product_id": "pdt_small", "quantity": "many"]],
            [["product_id": "pdt_small", "quantity": .raw("99999999999999999999")]], [small, small], [small, 7],
            [small, ["product_id": "pdt_large", "quantity": 1]],
            .raw("[" + String(repeating: "1,", count: 9999) + "1]"),
        ]
        for value in others {
            let events = try events("payment.succeeded", DodoFixture.payment.setting(["product_cart"], to: value))
            guard case .bought("pay_1", let cart) = events?.first?.fact else {
                Issue.record("\(value.text.prefix(80))")
                continue
            }
            #expect(events?.count == 2 && events?.last?.fact == fact())
            #expect(!cart.isExactly(sold), "\(value.text.prefix(80))")
            try events?.first?.check()
        }
        for value: JSON in [[["product_id": "pdt_small", "quantity": "1"]], [small.setting(["addons"], to: [])]] {
            let events = try events("payment.succeeded", DodoFixture.payment.setting(["product_cart"], to: value))
            #expect(events?.first?.fact == .bought("pdt_small", 1, "pay_1"))
        }
    }

    @Test("The cart of a failed or pending payment is not reported")
    func earlyCarts() throws {
        for type in ["payment.processing", "payment.failed", "payment.cancelled"] {
            let events = try events(type, DodoFixture.payment)
            #expect(events?.count == 1)
        }
    }

    @Test("A subscription's first charge belongs to its checkout but to no pack, and later charges to no order")
    func subscriptions() throws {
        let own = Purchase.Names(payments: ["pay_1"])
        let charges: [[String: JSON]] = [
            ["subscription_id": "sub_1"], ["subscription_ids": ["sub_1"]], ["charge_type": "renewal"],
            ["charge_type": "plan_change"], ["charge_type": "on_demand"], ["charge_type": 7],
            ["subscription_id": "sub_1", "charge_type": "renewal"], ["subscription_id": 7],
            ["subscription_id": "sub_1", "charge_type": "from_the_future"], ["subscription_ids": "sub_1"],
        ]
        for charge in charges {
            let data = charge.reduce(DodoFixture.payment) { $0.setting([$1.key], to: $1.value) }
            let events = try events("payment.succeeded", data)
            #expect(events?.map(\.names) == [own, own], "\(charge)")
        }
        let first = DodoFixture.renewal.setting(["charge_type"], to: "new")
        let events = try events("payment.succeeded", first)
        let names = Purchase.Names(checkout: "cks_1", payments: ["pay_renewal"])
        #expect(events?.map(\.names) == [names, names], "its metadata matches no purchase")
        #expect(events?.first?.fact == .bought([], others: 1, "pay_renewal"))
        let withCart = first.setting(["product_cart"], to: [["product_id": "pdt_small", "quantity": 1]])
        let listed = try self.events("payment.succeeded", withCart)
        #expect(listed?.first?.fact == .bought("pdt_small", 1, "pay_renewal"))
        for old: JSON? in [nil, .null] {
            let data = DodoFixture.payment.setting(["subscription_ids"], to: old).setting(["charge_type"], to: old)
            let events = try self.events("payment.succeeded", data)
            #expect(events?.map(\.names) == [DodoReadingTests.names, DodoReadingTests.names])
        }
    }

    @Test("Billing details that can't be read are left out, and the others are kept")
    func otherBilling() throws {
        var billing = DodoReadingTests.billing
        billing.receipt = nil
        for url: JSON? in [
            nil, .null, "", "javascript:alert(1)", "file:///etc/passwd", "pay_1", 7,
            .text("https://example.com/" + String(repeating: "x", count: 2000)),
        ] {
            let event = try paid("invoice_url", url)
            #expect(event?.billing == billing)
        }
        for customer: JSON? in [nil, .null, "Ada", ["name": 7, "email": ["ada@example.com"]]] {
            let event = try paid("customer", customer)
            #expect(event?.billing?.name == nil && event?.billing?.email == nil)
            #expect(event?.billing?.address == DodoReadingTests.billing.address)
            #expect(event?.fact == fact())
        }
        let country = try paid("billing", ["country": "GB", "city": nil, "street": 7])
        #expect(country?.billing?.address == ["GB"])
        let nobody = DodoFixture.payment.setting(["customer"], to: nil).setting(["billing"], to: nil)
            .setting(["invoice_url"], to: nil)
        let event = try events("payment.succeeded", nobody)?.last
        #expect(event?.billing == nil)
        #expect(event?.fact == fact())
    }
}
