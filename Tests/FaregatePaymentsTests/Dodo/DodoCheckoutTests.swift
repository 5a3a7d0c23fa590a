import Faregate
import FaregatePayments
import Foundation
import Testing

/// Opening a checkout: the request to Dodo and the reading of its answer.
@Suite struct DodoCheckoutTests {
    let clock = ImpatientClock()

    static let session: JSON = [
        "session_id": "cks_1", "checkout_url": "https://test.checkout.dodopayments.com/session/cks_1",
        "client_secret": nil, "payment_id": nil, "publishable_key": nil,
    ]

    private static func purchase(quantity: Int = 1) -> Purchase {
        Purchase(
            id: "pur_1",
            provider: "dodo",
            account: "acct_1",
            pack: "small",
            product: nil,
            quantity: quantity,
            credits: 100,
            price: Money(minorUnits: 1000 * Int64(quantity), currency: "USD"),
            lifetimeMilliseconds: nil,
            policyVersion: "policy-1",
            requestKey: nil,
            allowsDiscounts: false
        )
    }

    func open(
        at dodo: FakeDodo,
        quantity: Int = 1,
        product: String = "pdt_small",
        email: String? = "ada@example.com",
        successURL: String = "https://shop.example/thanks?order=pur_1",
        checksPrices: Bool = false
    ) async throws(ProviderKit.Failure) -> Purchase.Checkout {
        guard let provider = try? DodoFixture.provider(at: dodo, clock: clock, checksPrices: checksPrices) else {
            preconditionFailure("it is set up")
        }
        return try await provider.open(
            Self.purchase(quantity: quantity),
            ProviderKit.CheckoutOrder(
                product: product,
                successURL: successURL,
                cancelURL: "https://shop.example/packs",
                customerEmail: email
            )
        )
    }

    func failure(at dodo: FakeDodo, checksPrices: Bool = false) async throws -> ProviderKit.Failure {
        try #require(
            await #expect(throws: ProviderKit.Failure.self) { try await open(at: dodo, checksPrices: checksPrices) }
        )
    }

    static func selling(_ answers: FakeDodo.Answer...) -> FakeDodo { FakeDodo(["POST /checkouts": answers]) }

    @Test("A checkout request has exactly the fields that Dodo takes")
    func request() async throws {
        let dodo = Self.selling(.json(Self.session))
        let checkout = try await open(at: dodo, quantity: 3)
        let request = try #require(dodo.requests.first)
        #expect(dodo.requests.count == 1)
        #expect(request.method == .post)
        #expect(request.url.absoluteString == "https://test.dodopayments.com/checkouts")
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("Authorization") == "Bearer dodo_key_do_not_show")
        #expect(
            request.json == [
                "product_cart": [["product_id": "pdt_small", "quantity": 3]],
                "customer": ["email": "ada@example.com"],
                "metadata": [
                    "faregate_purchase": "pur_1", "faregate_account": "acct_1", "faregate_pack": "small",
                    "faregate_quantity": "3", "faregate_credits": "100",
                    "faregate_price": "3000 USD", "faregate_policy": "policy-1",
                ],
                "billing_currency": "USD",
                "feature_flags": ["allow_currency_selection": false, "allow_discount_code": false],
                "return_url": "https://shop.example/thanks?order=pur_1",
                "cancel_url": "https://shop.example/packs",
            ]
        )
        #expect(checkout.id == "cks_1")
        #expect(checkout.purchase == "pur_1")
        #expect(checkout.url.absoluteString == "https://test.checkout.dodopayments.com/session/cks_1")
        #expect(checkout.expiresAt == clock.now.advanced(byMilliseconds: 86_400_000))
    }

    @Test("A checkout request has the shop's options, and no field for an option that is off")
    func options() async throws {
        let options = try Dodo.CheckoutOptions(
            collectsTaxIDs: false,
            requiresBillingAddress: true,
            discounts: .code("FALL"),
            language: "de"
        )
        let dodo = Self.selling(.json(Self.session))
        let provider = try DodoFixture.provider(at: dodo, checkout: options)
        let order = ProviderKit.CheckoutOrder(
            product: "pdt_small",
            successURL: "https://shop.example/thanks",
            cancelURL: "https://shop.example/packs",
            customerEmail: "ada@example.com",
            customer: "cus_1"
        )
        _ = try await provider.open(Self.purchase(quantity: 1), order)
        let json = try #require(dodo.requests.first).json
        #expect(json["customer"] == ["customer_id": "cus_1"] && json["show_saved_payment_methods"] == true)
        #expect(json["minimal_address"] == false && json["discount_codes"] == ["FALL"])
        #expect(json["customization"] == ["force_language": "de"])
        #expect(
            json["feature_flags"] == [
                "allow_currency_selection": false, "allow_discount_code": false, "allow_tax_id": false,
            ]
        )
    }

    @Test("A checkout request without an e-mail address names no customer")
    func noEmail() async throws {
        let dodo = Self.selling(.json(Self.session))
        _ = try await open(at: dodo, email: nil)
        #expect(dodo.requests.first?.json["customer"] == .null)
    }

    @Test("Text from outside is sent as a JSON string, whatever characters it has")
    func escaping() async throws {
        let email = "a\"}],\"x\":[{\"\u{2028}é🧾\\@example.com"
        let dodo = Self.selling(.json(Self.session))
        _ = try await open(at: dodo, email: email)
        #expect(dodo.requests.first?.json["customer", "email"] == .text(email))
    }

    @Test("Stripe's placeholder for the session's id is removed from Dodo's addresses")
    func placeholder() async throws {
        let dodo = Self.selling(.json(Self.session))
        _ = try await open(at: dodo, successURL: "https://shop.example/thanks?p=pur_1&s={CHECKOUT_SESSION_ID}")
        #expect(dodo.requests.first?.json["return_url"] == "https://shop.example/thanks?p=pur_1&s=")
    }

    @Test("An answer without the address of a checkout page is refused")
    func unusableAnswers() async throws {
        let changes: [(String, JSON?)] = [
            ("checkout_url", nil), ("checkout_url", .null), ("checkout_url", 7), ("checkout_url", ""),
            ("checkout_url", "javascript:alert(1)"), ("checkout_url", "/session/cks_1"), ("session_id", nil),
            ("session_id", .null), ("session_id", ""), ("session_id", 7), ("session_id", "../payments"),
            ("session_id", "cks 1"),
        ]
        var answers = changes.map { FakeDodo.Answer.json(Self.session.setting([$0.0], to: $0.1)) }
        answers += ["", "null", "[]", "{", "<html>"].map { .text($0) }
        for answer in answers {
            let dodo = Self.selling(answer)
            guard case .unusableAnswer("Dodo Payments", _) = try await failure(at: dodo) else {
                Issue.record("\(answer)")
                continue
            }
            #expect(dodo.requests.count == 1)
        }
    }

    @Test(
        "A request that Dodo did not act on is sent up to three times",
        arguments: [
            FakeDodo.Answer.error(429), .error(503),
            .failure(ProviderKit.TransportError("no host", mayHaveBeenReceived: false)),
        ]
    )
    func repeats(answer: FakeDodo.Answer) async throws {
        let dodo = Self.selling(answer, answer, .json(Self.session))
        _ = try await open(at: dodo)
        #expect(dodo.requests.count == 3)
        #expect(Set(dodo.requests.map(\.body)).count == 1)
        #expect(clock.sleptMilliseconds == [500, 1000])
        let never = Self.selling(answer)
        _ = try await failure(at: never)
        #expect(never.requests.count == 3)
    }

    @Test("A request is sent again after the wait that Dodo names")
    func waits() async throws {
        let dodo = Self.selling(.error(429, retryAfter: "2"), .json(Self.session))
        _ = try await open(at: dodo)
        #expect(clock.sleptMilliseconds == [2000])
    }

    @Test(
        "A request that Dodo may have acted on is not sent again, because a second one would open a second checkout",
        arguments: [
            FakeDodo.Answer.error(500), .error(502), .error(504), .error(408), .error(409), .error(400), .error(401),
            .error(422), .error(302), .failure(ProviderKit.TransportError("the connection broke off")),
            .failure(ProviderKit.TransportError("no answer within 15000 milliseconds")), .failure(URLError(.timedOut)),
            .failure(URLError(.cannotConnectToHost)),
        ]
    )
    func noRepeats(answer: FakeDodo.Answer) async throws {
        let dodo = Self.selling(answer, .json(Self.session))
        _ = try await failure(at: dodo)
        #expect(dodo.requests.count == 1)
        #expect(clock.sleptMilliseconds.isEmpty)
    }

    @Test("A refusal is reported in Dodo's words, with the request's id")
    func refusals() async throws {
        let dodo = Self.selling(.text(#"{"code":"PRODUCT_CART_EMPTY","message":"no\nproducts"}"#, status: 422))
        let error = try await failure(at: dodo)
        let failure = ProviderKit.Decline(
            provider: "Dodo Payments",
            status: 422,
            message: "no products",
            code: "PRODUCT_CART_EMPTY",
            requestID: "req_42"
        )
        #expect(error == .declined(failure))
    }

    @Test("No error contains the API key, even when Dodo's answer repeats it", arguments: [400, 401, 403, 500])
    func keys(status: Int) async throws {
        let body: JSON = ["code": "dodo_key_do_not_show", "message": "the key dodo_key_do_not_show is wrong"]
        let error = try await failure(at: Self.selling(.json(body, status: status)))
        #expect(!"\(error)\(String(reflecting: error))".contains("do_not_show"))
    }
}
