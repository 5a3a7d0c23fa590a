import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

@Suite("The currency of a checkout, and other settings at the provider") struct CheckoutCurrencyTests {
    static let currencies = [
        Money(minorUnits: 5000, currency: "ISK"), Money(minorUnits: 5000, currency: "UGX"),
        Money(minorUnits: 5_000_00, currency: "MGA"), Money(minorUnits: 5000, currency: "JPY"),
        Money(minorUnits: 5000, currency: "KWD"),
    ]

    @Test(
        "A currency that Stripe counts its own way is sold, taxed, refunded, disputed and reconciled correctly",
        arguments: currencies)
    func odd(price: Money) async throws {
        for events in PaymentSandbox.RefundEvents.allCases {
            let counter = try SampleShop(
                .stripe,
                price: price,
                taxPercent: 10,
                refundEvents: events,
                stripe: Stripe.CheckoutOptions(automaticTax: true)
            )
            let since = counter.clock.now
            let opened = try await counter.open(quantity: 2)
            try counter.perform(.pay, .refund(price.minorUnits * 22 / 20), on: opened.id)
            let disputed = try await counter.open()
            try counter.perform(.pay, .dispute(nil), .withdrawFunds(""), .lose(""), on: disputed.id)
            #expect(await counter.deliver().isEmpty)
            #expect(try await counter.record(opened.purchase)?.position.credits == 100)
            #expect(try await counter.record(disputed.purchase)?.position.credits == .zero)
            let again = try await counter.payments.reconcile(provider: "stripe", since: since)
            #expect(again.isClean)
        }
    }

    @Test("A checkout is in the pack's currency, also when the price has the customer's")
    func fixed() async throws {
        var offers = SandboxOffers()
        offers.currencies = ["pack_1": [Money(minorUnits: 900, currency: "EUR")]]
        let counter = try SampleShop(.stripe, offers: offers)
        let opened = try await counter.open()
        try counter.perform(.payLocally("EUR"), on: opened.id)
        #expect(counter.sandbox.checkout(opened.id)?.total.currency == "USD")
        #expect(await counter.deliver().isEmpty)
        #expect(try await counter.record(opened.purchase)?.position.credits == 100)
    }

    @Test("A session that leaves its currency open takes the customer's, and the sandbox then grants nothing")
    func leftOpen() async throws {
        var offers = SandboxOffers()
        offers.currencies = ["price_1": [Money(minorUnits: 900, currency: "EUR")]]
        let shop = try SandboxShop(.stripe, offers: offers)
        let id = try shop.checkout()
        try shop.perform(.payLocally("EUR"), on: id)
        let session = try #require(shop.webhooks().last).object
        #expect(session["currency"] as? String == "eur" && session["amount_total"] as? Int == 1800)
    }

    @Test("A currency that the price doesn't have opens no checkout")
    func another() async throws {
        let counter = try SampleShop(.stripe, price: Money(minorUnits: 1000, currency: "USD"))
        let form = SandboxShop.stripeForm.replacing("price_1", with: "pack_1") + "&currency=chf"
        let answer = try SandboxReply(
            counter.sandbox.answer(
                SandboxRequest(
                    method: "POST",
                    path: "/v1/checkout/sessions",
                    headers: [("Authorization", "Bearer sk_test_counter")],
                    body: Data(form.utf8)
                )
            )
        )
        #expect(answer.status == 400)
    }

    /// Settings at the provider that would change every payment, and the change that the error asks for.
    static let settings: [(PaymentSandbox.Provider, SandboxOffers.Trait, String)] = [
        (.stripe, .customAmount, "fixed amount"), (.stripe, .crossSells, "cross-sells"),
        (.dodo, .customAmount, "give it a fixed price"), (.dodo, .crossSells, "add-ons"),
        (.dodo, .purchasingPowerParity, "purchasing power parity"), (.dodo, .localizedPrices, "localized prices"),
    ]

    @Test(
        "Settings with which every payment would differ from what was sold open no checkout and say what to change",
        arguments: settings)
    func refused(kind: PaymentSandbox.Provider, trait: SandboxOffers.Trait, words: String) async throws {
        var offers = SandboxOffers()
        offers.traits = ["pack_1": [trait]]
        let counter = try SampleShop(kind, offers: offers)
        let error = try await #require(#expect(throws: Payments.CheckoutFailure.self) { try await counter.open() })
        #expect(error.description.contains(words), "\(error)")
        #expect(error.problem.status == 500)
    }

    @Test("A coupon that the provider doesn't know opens no checkout", arguments: PaymentSandbox.Provider.allCases)
    func unknownCoupon(kind: PaymentSandbox.Provider) async throws {
        let counter = try SampleShop(
            kind,
            stripe: Stripe.CheckoutOptions(discounts: .coupon("gone")),
            dodo: Dodo.CheckoutOptions(discounts: .code("GONE"))
        )
        let error = try await #require(#expect(throws: Payments.CheckoutFailure.self) { try await counter.open() })
        #expect(error.problem.status == 502)
    }
}
