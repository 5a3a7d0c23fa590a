import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

@Suite("A customer's mistyped e-mail address") struct CustomerEmailTests {
    static let mistyped = [
        "", "pat", "pat.example.com", "pat@", "@example.com", "patexample.com", "pat @example.com",
        "pat@exam ple.com",
        "a\nb@example.com", String(repeating: "a", count: 256),
    ]

    private func refusal(_ counter: SampleShop, _ email: String) async throws -> Payments.CheckoutFailure {
        try #require(await #expect(throws: Payments.CheckoutFailure.self) { try await counter.open(email: email) })
    }

    @Test("A mistyped address is the customer's mistake, and no provider is asked", arguments: mistyped)
    func unasked(email: String) async throws {
        for kind in PaymentSandbox.Provider.allCases {
            let counter = try SampleShop(kind)
            let error = try await refusal(counter, email)
            #expect(error.problem.status == 422 && error.problem.type == "urn:faregate:problem:invalid-email")
            #expect(email.isEmpty || !"\(error)\(error.problem.detail)".contains(email))
            #expect(try await counter.ledger.purchases(.latest(count: 1)).isEmpty)
        }
    }

    /// Dodo checks addresses more closely than we do.
    @Test(
        "A mistyped address that only the provider notices is the customer's mistake, with and without kept customers",
        arguments: [false, true])
    func noticed(keeps: Bool) async throws {
        let counter = try SampleShop(.dodo, dodo: Dodo.CheckoutOptions(keepsCustomers: keeps))
        let error = try await refusal(counter, "pat@localhost")
        #expect(error.problem.status == 422)
        #expect(!"\(error)\(error.problem.detail)".contains("localhost"))
    }

    private static func stripe(_ param: String, _ code: String?, _ email: String) -> String {
        let code = code.map { #","code":"\#($0)""# } ?? ""
        return
            #"{"error":{"type":"invalid_request_error","message":"Invalid email address: \#(email)","param":"\#(param)"\#(code)}}"#
    }

    @Test(
        "Stripe's refusal of an address is recognised by its field or its code",
        arguments: [("customer_email", nil), ("customer_email", "email_invalid"), ("email", "email_invalid")]
    )
    func noticedByStripe(param: String, code: String?) async throws {
        let stripe = FakeStripe(.error(400, Self.stripe(param, code, "pat@example.c")))
        let error = try await #require(
            #expect(throws: ProviderKit.Failure.self) {
                try await Shop(stripe).provider().open(
                    try Shop.sold(),
                    ProviderKit.CheckoutOrder(
                        product: "price_small",
                        successURL: "https://shop.example/a",
                        cancelURL: "https://shop.example/b",
                        customerEmail: "pat@example.c"
                    )
                )
            }
        )
        #expect(error == .invalidEmail(provider: "Stripe"))
        #expect(!"\(error)".contains("example.c"))
    }

    @Test("The address appears in no error text, even when the provider repeats it")
    func neverRepeated() async throws {
        let repeating = [
            "Blocked: 'pat@example.com'.", "blocked pat%40example.com", "<pat@example.com>, see the list",
            "blocked pat@\u{301}example.com",
        ]
        for words in repeating {
            let body = #"{"error":{"type":"invalid_request_error","message":"\#(words)"}}"#
            let shop = Shop(FakeStripe(.error(402, body)))
            let provider = try shop.provider()
            let error = try await #require(
                #expect(throws: ProviderKit.Failure.self) { try await provider.look(up: "cs_test_1") }
            )
            #expect(!"\(error)".contains("example.com"), "\(error)")
        }
    }
}
