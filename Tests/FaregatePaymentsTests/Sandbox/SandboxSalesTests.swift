import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

/// The sandbox's reports of discounts, taxes, customers and disputes, in the provider's own words.
@Suite struct SandboxSalesTests {
    private let path = "/v1/checkout/sessions"

    private func shop(_ provider: PaymentSandbox.Provider = .stripe, taxPercent: Int = 0, taxIsWithin: Bool = false)
        throws
        -> SandboxShop
    {
        var offers = SandboxOffers()
        offers.coupons = SampleShop.coupons
        offers.taxIsWithin = taxIsWithin
        return try SandboxShop(provider, taxPercent: taxPercent, offers: offers)
    }

    @Test("A lost dispute with a part given back has both money movements")
    func movements() throws {
        let shop = try shop()
        let id = try shop.checkout(
            .pay, .refund(200), .dispute(nil), .withdrawFunds(""), .lose(""), .reinstateFunds("", 200))
        let dispute = try #require(shop.webhooks().last).object
        #expect(dispute["status"] as? String == "lost")
        let movements = try #require(dispute["balance_transactions"] as? [[String: Any]])
        #expect(movements.map { $0["amount"] as? Int } == [-2000, 200])
        #expect(movements.map { $0["reporting_category"] as? String } == ["dispute", "dispute_reversal"])
        #expect(shop.sandbox.checkout(id)?.keptMinorUnits == 0)
        // Or the money comes back first, and the decision follows.
        let other = try shop.checkout(.pay, .dispute(nil), .withdrawFunds(""), .reinstateFunds("", 500), .lose(""))
        #expect(shop.sandbox.checkout(other)?.keptMinorUnits == 500)
        try shop.perform(.win(""), on: other)
        #expect(shop.sandbox.checkout(other)?.keptMinorUnits == 2000)
    }

    @Test(
        "A refund in the customer's own currency names that currency, and the charge says when it is a full refund"
    )
    func localRefund() throws {
        var offers = SandboxOffers()
        offers.reportsRefundsInLocalCurrency = true
        let shop = try SandboxShop(.stripe, offers: offers, refundEvents: .both)
        let id = try shop.checkout(.payLocally("EUR"))
        let session = try #require(shop.webhooks().last).object
        let details = try #require(session["presentment_details"] as? [String: Any])
        #expect(details["presentment_currency"] as? String == "eur" && details["presentment_amount"] as? Int == 1800)
        #expect(session["currency"] as? String == "usd" && session["amount_total"] as? Int == 2000)
        try shop.perform(.refund(nil), on: id)
        let told = try shop.webhooks().map { try $0.object }
        #expect(told.allSatisfy { $0["currency"] as? String == "eur" })
        #expect(told.contains { $0["object"] as? String == "refund" && $0["amount"] as? Int == 1800 })
        #expect(told.contains { $0["object"] as? String == "charge" && $0["refunded"] as? Bool == true })
    }

    @Test("A coupon for the whole price asks for no payment and makes none")
    func free() throws {
        let shop = try shop()
        let reply = try shop.send("POST", path, SandboxShop.stripeForm + "&discounts[0][coupon]=all")
        let id = try reply.text("id")
        #expect(shop.sandbox.acts(on: id) == [.pay, .expire])
        try shop.perform(.pay, on: id)
        let webhooks = shop.webhooks()
        #expect(webhooks.map(\.type) == ["checkout.session.completed"])
        let session = try #require(webhooks.first).object
        #expect(session["payment_status"] as? String == "no_payment_required" && session["payment_intent"] is NSNull)
        #expect((session["total_details"] as? [String: Any])?["amount_discount"] as? Int == 2000)
        #expect(shop.sandbox.acts(on: id) == [])
    }

    @Test("A code for the whole price after a declined card asks for no payment")
    func freeAfterDecline() throws {
        let shop = try shop()
        let id = try shop.send("POST", path, SandboxShop.stripeForm + "&allow_promotion_codes=true").text("id")
        for act in [SandboxAct.decline, .enterCode("ALL"), .pay] { try shop.perform(act, on: id) }
        #expect(shop.sandbox.checkout(id)?.isFree == true)
        let session = try #require(shop.webhooks().last).object
        #expect(session["payment_status"] as? String == "no_payment_required" && session["payment_intent"] is NSNull)
    }

    @Test(
        "Taxes are added to the discounted price or included in it",
        arguments: [(false, 1650, 150), (true, 1500, 137)])
    func taxes(isWithin: Bool, total: Int, tax: Int) throws {
        let shop = try shop(taxPercent: 10, taxIsWithin: isWithin)
        let session = try shop.send("POST", path, shop.form + "&discounts[0][coupon]=quarter").json
        #expect(session["amount_total"] as? Int == total && session["amount_subtotal"] as? Int == 2000)
        let details = try #require(session["total_details"] as? [String: Any])
        #expect(details["amount_discount"] as? Int == 500 && details["amount_tax"] as? Int == tax)
    }

    @Test("A code is typed once, on a page that has a field for it", arguments: PaymentSandbox.Provider.allCases)
    func codes(provider: PaymentSandbox.Provider) throws {
        let shop = try shop(provider)
        let without = try shop.checkout()
        let id: String
        switch provider {
        case .stripe:
            id = try shop.send("POST", path, SandboxShop.stripeForm + "&allow_promotion_codes=true").text("id")
            #expect(throws: SandboxRefusal.self) { try shop.perform(.enterCode("QUARTER"), on: without) }
        // Dodo shows the field by default.
        case .dodo: id = without
        }
        #expect(shop.sandbox.acts(on: id).contains(.enterCode("QUARTER")))
        #expect(throws: SandboxRefusal.self) { try shop.perform(.enterCode("NONE"), on: id) }
        try shop.perform(.enterCode("QUARTER"), on: id)
        #expect(throws: SandboxRefusal.self) { try shop.perform(.enterCode("ALL"), on: id) }
        #expect(shop.sandbox.checkout(id)?.total.minorUnits == 1500)
    }

    @Test(
        "The sandbox refuses a session that Stripe would refuse, in Stripe's words",
        arguments: [
            ("&customer=cus_none", "customer", "resource_missing"),
            ("&customer_update[address]=auto", "customer_update", ""),
            ("&discounts[0][coupon]=none", "discounts[0][coupon]", "resource_missing"),
            ("&discounts[0][promotion_code]=promo_none", "discounts[0][promotion_code]", "resource_missing"),
            ("&currency=chf", "line_items[0][price]", ""),
        ]
    )
    func refused(fields: String, param: String, code: String) throws {
        let reply = try shop().send("POST", path, SandboxShop.stripeForm + fields)
        #expect(reply.status == 400)
        #expect(reply.error["param"] as? String == param && (reply.error["code"] as? String ?? "") == code)
    }

    @Test("The sandbox refuses options that Stripe does not take together")
    func together() throws {
        let shop = try shop(taxPercent: 10)
        let customer = try shop.send("POST", "/v1/customers", "email=ana@example.com&metadata[a]=b").text("id")
        #expect(try shop.send("GET", "/v1/customers/\(customer)").text("email") == "ana@example.com")
        for fields in [
            "&customer=\(customer)&customer_email=a@example.com", "&customer=\(customer)&automatic_tax[enabled]=true",
            "&customer=\(customer)&tax_id_collection[enabled]=true&customer_update[address]=auto",
            "&allow_promotion_codes=true&discounts[0][coupon]=quarter",
        ] { #expect(try shop.send("POST", path, SandboxShop.stripeForm + fields).status == 400, "\(fields)") }
        let session = try shop.send("POST", path, SandboxShop.stripeForm + "&customer=\(customer)")
        #expect(try session.text("customer") == customer)
        shop.sandbox.deleteCustomer(customer)
        #expect(try shop.send("GET", "/v1/customers/\(customer)").status == 404)
    }
}
