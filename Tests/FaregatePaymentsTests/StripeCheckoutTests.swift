import Faregate
import FaregatePayments
import Foundation
import Testing

@Suite struct StripeCheckoutTests {
    private let ledger = FakePurchaseLedger()
    private let key = "sk_test_do_not_show"

    private func open(
        _ pack: String = "small",
        for account: AccountID = Shop.account,
        at stripe: FakeStripe,
        key: String? = nil,
        baseURL: String = "https://api.stripe.com",
        successURL: String = "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
        cancelURL: String = "https://shop.example/packs",
        customerEmail: String? = nil
    ) async throws -> CheckoutSession {
        let checkout = StripeCheckout(
            key: try Secret(key ?? self.key),
            baseURL: try #require(URL(string: baseURL)),
            ledger: ledger,
            policies: Shop.policy,
            clock: ImpatientClock(),
            transport: stripe
        )
        return try await checkout.open(
            pack: pack,
            for: account,
            successURL: successURL,
            cancelURL: cancelURL,
            customerEmail: customerEmail
        )
    }

    private func failure(
        _ pack: String = "small",
        at stripe: FakeStripe = FakeStripe(.session()),
        key: String? = nil,
        baseURL: String = "https://api.stripe.com",
        successURL: String = "https://shop.example/thanks",
        cancelURL: String = "https://shop.example/packs",
        customerEmail: String? = nil
    ) async throws -> CheckoutError {
        let error = await #expect(throws: CheckoutError.self) {
            try await open(
                pack,
                at: stripe,
                key: key,
                baseURL: baseURL,
                successURL: successURL,
                cancelURL: cancelURL,
                customerEmail: customerEmail
            )
        }
        return try #require(error)
    }

    @Test func opensACheckoutRecordedBeforeAndAttachedAfter() async throws {
        let stripe = FakeStripe(.session())
        let session = try await open(at: stripe)
        let purchase = try #require(ledger.seen.purchases[session.purchase.rawValue])
        #expect(session.id == "cs_test_1")
        #expect(session.url.absoluteString == "https://checkout.stripe.com/c/pay/cs_test_1#fid%2Fa")
        #expect(!session.livemode)
        #expect(purchase.provider == "stripe")
        #expect(purchase.account == Shop.account)
        #expect(purchase.pack == "small")
        #expect(purchase.credits == 100)
        #expect(purchase.price == Money(minorUnits: 1000, currency: "USD"))
        #expect(purchase.policyVersion == "policy-1")
        #expect(ledger.seen.steps == [.record, .attach])
        #expect(ledger.seen.checkouts == ["cs_test_1": session.purchase])
        #expect(try await open(at: stripe).purchase != session.purchase)
    }

    @Test func sendsStripeEveryFieldItNeedsAndNoneBesides() async throws {
        let stripe = FakeStripe(.session())
        let session = try await open(for: "org 1&ü=[é]", at: stripe, customerEmail: "a+b@example.com")
        let request = try #require(stripe.requests.first)
        let id = session.purchase.rawValue
        #expect(
            request.form == [
                "mode": "payment",
                "line_items[0][price]": "price_small",
                "line_items[0][quantity]": "1",
                "client_reference_id": id,
                "metadata[faregate_purchase]": id,
                "metadata[faregate_account]": "org 1&ü=[é]",
                "metadata[faregate_pack]": "small",
                "payment_intent_data[metadata][faregate_purchase]": id,
                "payment_intent_data[metadata][faregate_account]": "org 1&ü=[é]",
                "payment_intent_data[metadata][faregate_pack]": "small",
                "success_url": "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
                "cancel_url": "https://shop.example/packs",
                "customer_email": "a+b@example.com",
            ]
        )
        #expect(request.url.absoluteString == "https://api.stripe.com/v1/checkout/sessions")
        #expect(request.header("Authorization") == "Bearer \(key)")
        #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
        #expect(request.header("Idempotency-Key") == id)
        #expect(request.header("Stripe-Version") == "2026-10-28.endive")
        #expect(request.headers.count == 4)
        #expect(request.timeoutMilliseconds == 15_000)
    }

    @Test func writesNamesWithTheirBracketsAndEscapesValues() async throws {
        let stripe = FakeStripe(.session())
        _ = try await open(for: "a b+c&d=é~*", at: stripe)
        let body = String(decoding: try #require(stripe.requests.first).body, as: UTF8.self)
        #expect(body.hasPrefix("mode=payment&line_items[0][price]=price_small&line_items[0][quantity]=1&"))
        #expect(body.contains("&metadata[faregate_account]=a+b%2Bc%26d%3D%C3%A9%7E%2A&"))
        #expect(
            body.contains("&success_url=https%3A%2F%2Fshop.example%2Fthanks%3Fsession%3D%7BCHECKOUT_SESSION_ID%7D&")
        )
    }

    @Test func theSessionsIdIsOnlyAskedForByACallerWhoWantsIt() async throws {
        let stripe = FakeStripe(.session())
        _ = try await open(at: stripe, successURL: "https://shop.example/thanks")
        #expect(try #require(stripe.requests.first).form["success_url"] == "https://shop.example/thanks")
        #expect(try #require(stripe.requests.first).form["customer_email"] == nil)
    }

    @Test(arguments: [
        ("http://localhost:12111", "http://localhost:12111/v1/checkout/sessions"),
        ("http://localhost:12111/", "http://localhost:12111/v1/checkout/sessions"),
        ("https://proxy.example/stripe", "https://proxy.example/stripe/v1/checkout/sessions"),
    ])
    func asksWhateverStandsInForStripe(baseURL: String, url: String) async throws {
        let stripe = FakeStripe(.session())
        _ = try await open(at: stripe, baseURL: baseURL)
        #expect(stripe.requests.map(\.url.absoluteString) == [url])
    }

    @Test(arguments: [
        ("smal", "the policy has no pack \"smal\"; did you mean \"small\"?"),
        ("enterprise", "the policy has no pack \"enterprise\""),
    ])
    func anUnknownPackIsNotFound(pack: String, words: String) async throws {
        let error = try await failure(pack)
        #expect(error.description == words)
        #expect(error.problem.status == 404)
        #expect(ledger.seen.steps.isEmpty)
    }

    @Test func aPackThatStripeHasNoPriceForIsNotForSale() async throws {
        let error = try await failure("unlisted")
        #expect(error.description.contains("\"unlisted\" is not for sale at Stripe"))
        #expect(error.problem.status == 404)
        #expect(ledger.seen.steps.isEmpty)
    }

    @Test(arguments: [
        "", "/thanks", "shop.example", "javascript:alert(1)", "ftp://shop.example/", "https://", "https:///thanks",
        "https://shop.example/a b", "https://shop.example/{OTHER}", "https://shop.example/é\n",
        "https://shop.example/" + String(repeating: "a", count: 5000),
    ])
    func aPageThatIsntOnTheWebIsRefused(url: String) async throws {
        for error in [try await failure(successURL: url), try await failure(cancelURL: url)] {
            guard case .invalidInput = error else {
                Issue.record("\(error)")
                continue
            }
            #expect(error.problem.status == 400)
        }
        #expect(ledger.seen.steps.isEmpty)
    }

    @Test(arguments: ["", "a\nb@example.com", String(repeating: "a", count: 256)])
    func anEmailThatCantBeOneIsRefused(email: String) async throws {
        #expect(try await failure(customerEmail: email).problem.status == 400)
        #expect(ledger.seen.steps.isEmpty)
    }

    @Test(arguments: [
        (["amount_total": "999"], "9.99 USD"), (["amount_total": "100000"], "1000.00 USD"),
        (["currency": #""eur""#], "10.00 EUR"), (["currency": #""jpy""#], "1000 JPY"),
    ])
    func aPriceThatIsntThePolicysLeadsNobodyToACheckout(
        changes: [String: String],
        provider: String
    ) async throws {
        let error = try await failure(at: FakeStripe(.session(changes)))
        guard case .provider(pack: "small", .priceMismatch) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.contains("10.00 USD"))
        #expect(error.description.contains(provider))
        #expect(error.problem.status == 502)
        #expect(ledger.seen.steps == [.record])
    }

    @Test(arguments: [
        ["id": nil], ["id": "1"], ["url": "null"], ["url": #""javascript:alert(1)""#], ["url": nil],
        ["amount_total": "null"], ["amount_total": nil], ["currency": nil], ["livemode": nil],
    ])
    func anAnswerThatLacksSomethingIsOfNoUse(changes: [String: String?]) async throws {
        let error = try await failure(at: FakeStripe(.session(changes)))
        guard case .provider(_, .unusableAnswer) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.problem.status == 502)
        #expect(ledger.seen.steps == [.record])
    }

    @Test(arguments: ["", "[]", "<html>", "null", String(repeating: "[", count: 600)])
    func anAnswerThatIsNoSessionIsOfNoUse(body: String) async throws {
        let stripe = FakeStripe(.response(ProviderResponse(status: 200, body: Data(body.utf8))))
        #expect(try await failure(at: stripe).problem.status == 502)
        #expect(stripe.requests.count == 1)
    }

    @Test func anAnswerLargerThanItMayBeIsOfNoUse() async throws {
        let body = Data(repeating: UInt8(ascii: " "), count: (8 << 20) + 1)
        let stripe = FakeStripe(.response(ProviderResponse(status: 200, body: body)))
        #expect(try await failure(at: stripe).description.contains("larger than 8388608 bytes"))
    }

    @Test func withoutTheLedgerStripeIsNotAsked() async throws {
        ledger.fail(.record)
        let stripe = FakeStripe(.session())
        let error = try await failure(at: stripe)
        #expect(error.problem.status == 503)
        #expect(stripe.requests.isEmpty)
    }

    @Test func whenTheLedgerFailsAfterStripeNobodyIsSentToPay() async throws {
        ledger.fail(.attach)
        #expect(try await failure().problem.status == 503)
    }

    @Test func aLiveKeyIsOnlySentOverHttps() async throws {
        let stripe = FakeStripe(.session())
        for key in ["sk_live_do_not_show", "rk_live_do_not_show"] {
            let error = try await failure(at: stripe, key: key, baseURL: "http://stripe.example")
            #expect(error.problem.status == 500)
            #expect(!error.description.contains("do_not_show"))
            _ = try await open(at: stripe, key: key)
        }
        #expect(stripe.requests.map(\.url.scheme) == ["https", "https"])
    }

    @Test(arguments: ["ftp://stripe.example", "file:///tmp", "stripe"])
    func aBaseAddressThatIsntOnTheWebIsAMistakeInTheSetUp(baseURL: String) async throws {
        #expect(try await failure(baseURL: baseURL).problem.status == 500)
        #expect(ledger.seen.steps.isEmpty)
    }
}
