import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

@Suite("What a shop adds to a Stripe session") struct StripeCheckoutOptionsTests {
    private static let order = ProviderKit.CheckoutOrder(
        product: "price_small",
        successURL: "https://shop.example/thanks",
        cancelURL: "https://shop.example/packs",
        customerEmail: "ana@example.com"
    )

    /// The fields that the options add to a session's request.
    private func added(
        _ options: Stripe.CheckoutOptions,
        _ order: ProviderKit.CheckoutOrder = order
    ) async throws -> [String: String] {
        var forms: [[String: String]] = []
        for options in [Stripe.CheckoutOptions.plain, options] {
            let stripe = FakeStripe(.session())
            let shop = Shop(stripe)
            let provider = Stripe(key: try Secret(Shop.key), checkout: options, clock: shop.clock, transport: stripe)
            _ = try await provider.open(try Shop.sold(), order)
            forms.append(try #require(stripe.requests.first).form)
        }
        return forms[1].filter { forms[0][$0.key] != $0.value }
    }

    @Test("An option adds its fields to the request, and an option that is off adds none")
    func fields() async throws {
        let all = try Stripe.CheckoutOptions(
            automaticTax: true,
            collectsTaxIDs: true,
            billingAddress: .required,
            discounts: .promotionCodes,
            createsInvoices: true,
            locale: "de",
            sessionFields: ["submit_type": "pay", "metadata[shelf]": "7"]
        )
        let expected = [
            "automatic_tax[enabled]": "true", "tax_id_collection[enabled]": "true",
            "billing_address_collection": "required", "allow_promotion_codes": "true",
            "invoice_creation[enabled]": "true", "locale": "de", "submit_type": "pay", "metadata[shelf]": "7",
        ]
        #expect(try await added(all) == expected)
        let coupon = try await added(try Stripe.CheckoutOptions(discounts: .coupon("FALL 25")))
        #expect(coupon == ["discounts[0][coupon]": "FALL 25"])
        let code = try await added(try Stripe.CheckoutOptions(discounts: .promotionCode("promo_1")))
        #expect(code == ["discounts[0][promotion_code]": "promo_1"])
    }

    @Test(
        "An expiry keeps a minute's distance from Stripe's shortest and longest",
        arguments: [(30, 31), (600, 601), (1439, 1439)])
    func expiry(minutes: Int, sent: Int64) async throws {
        let options = try Stripe.CheckoutOptions(expiresAfter: .seconds(60 * minutes))
        let now = Shop(FakeStripe(.session())).clock.now.rawValue / 1000
        #expect(try await added(options) == ["expires_at": "\(now + sent * 60)"])
    }

    @Test("An expiry of a day is left to Stripe's default")
    func aDay() async throws {
        #expect(try await added(try Stripe.CheckoutOptions(expiresAfter: .seconds(1440 * 60))) == [:])
    }

    @Test("A kept customer replaces the e-mail address, and taxes may update the customer's address and name")
    func customers() async throws {
        var order = Self.order
        order = ProviderKit.CheckoutOrder(
            product: order.product,
            successURL: order.successURL,
            cancelURL: order.cancelURL,
            customerEmail: order.customerEmail,
            customer: "cus_1"
        )
        let save = ["saved_payment_method_options[payment_method_save]": "enabled", "customer": "cus_1"]
        let plain = try Stripe.CheckoutOptions(keepsCustomers: true)
        let stripe = FakeStripe(.session())
        let shop = Shop(stripe)
        let provider = Stripe(key: try Secret(Shop.key), checkout: plain, clock: shop.clock, transport: stripe)
        _ = try await provider.open(try Shop.sold(), order)
        let request = try #require(stripe.requests.first)
        #expect(request.form["customer_email"] == nil)
        for (name, value) in save { #expect(request.form[name] == value) }
        #expect(request.header("Idempotency-Key")?.hasSuffix("-cus_1") == true)
        let taxed = try await added(try Stripe.CheckoutOptions(automaticTax: true), order)
        #expect(taxed["customer_update[address]"] == "auto" && taxed["customer_update[name]"] == nil)
        let both = try await added(try Stripe.CheckoutOptions(collectsTaxIDs: true), order)
        #expect(both["customer_update[address]"] == "auto" && both["customer_update[name]"] == "auto")
    }

    @Test(
        "A field that Faregate sets, or that would sell something else, is refused when the server starts",
        arguments: [
            "mode", "line_items[0][price]", "currency", "client_reference_id", "success_url", "customer",
            "discounts[0]",
            "allow_promotion_codes", "automatic_tax[enabled]", "metadata", "metadata[faregate_purchase]", "expires_at",
            "payment_intent_data[metadata][faregate_account]", "payment_intent_data[metadata]", "optional_items[0]",
            "shipping_options[0]", "after_expiration[recovery][enabled]", "payment_intent_data[capture_method]",
            "ui_mode",
            "invoice_creation[enabled]", "", "a\nb",
        ]
    )
    func ours(name: String) {
        #expect(throws: InvalidInput.self) { try Stripe.CheckoutOptions(sessionFields: [name: "x"]) }
    }

    @Test(
        "A field of the shop's own is accepted",
        arguments: [
            "submit_type", "custom_text[submit][message]", "metadata[order]", "payment_intent_data[description]",
            "payment_intent_data[metadata][order]", "phone_number_collection[enabled]", "adaptive_pricing[enabled]",
            "invoice_creation[invoice_data][footer]", "payment_method_types[0]",
        ]
    )
    func theirs(name: String) throws {
        _ = try Stripe.CheckoutOptions(sessionFields: [name: "x"])
    }

    @Test("An option out of range is refused when the server starts")
    func outOfRange() {
        for minutes in [29, 1441, -1] {
            #expect(throws: InvalidInput.self) { try Stripe.CheckoutOptions(expiresAfter: .seconds(60 * minutes)) }
        }
        #expect(throws: InvalidInput.self) { try Stripe.CheckoutOptions(discounts: .coupon("")) }
        #expect(throws: InvalidInput.self) { try Stripe.CheckoutOptions(locale: "") }
        #expect(throws: InvalidInput.self) { try Dodo.CheckoutOptions(discounts: .code("")) }
    }

    @Test("The environment sets the options, and a mistake names the variable")
    func environment() throws {
        let names = ["AUTOMATIC_TAX", "TAX_IDS", "PROMOTION_CODES", "CUSTOMERS", "INVOICES"].map { "STRIPE_\($0)" }
        let stripe = try Stripe(environment: Dictionary(uniqueKeysWithValues: names.map { ($0, "true") }))
        #expect(stripe.allowsDiscounts && stripe.keepsCustomers)
        #expect(try !Stripe(environment: [:]).allowsDiscounts)
        for name in names {
            let error = #expect(throws: InvalidInput.self) { try Stripe(environment: [name: "yes"]) }
            #expect(error?.description.contains(name) == true)
        }
        let dodo = try Dodo(environment: ["DODO_PAYMENTS_DISCOUNT_CODES": "true", "DODO_PAYMENTS_CUSTOMERS": "true"])
        #expect(dodo.allowsDiscounts && dodo.keepsCustomers)
        #expect(throws: InvalidInput.self) { try Dodo(environment: ["DODO_PAYMENTS_TAX_IDS": "1"]) }
    }
}
