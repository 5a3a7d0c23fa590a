import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite(.endsWhenStuck) struct PaymentsCheckoutTests {
    func open(
        _ pack: String = "small",
        quantity: Int = 1,
        for account: AccountID = Shop.account,
        at shop: Shop,
        provider: String = "stripe",
        successURL: String = "https://shop.example/thanks?purchase={PURCHASE_ID}",
        cancelURL: String = "https://shop.example/packs",
        customerEmail: String? = nil,
        requestKey: String? = nil,
        payments: Payments? = nil
    ) async throws -> Purchase.Checkout {
        try await (try payments ?? shop.payments()).checkout(
            pack: pack,
            quantity: quantity,
            for: account,
            provider: provider,
            successURL: successURL,
            cancelURL: cancelURL,
            customerEmail: customerEmail,
            requestKey: requestKey
        )
    }

    func refusal(_ body: () async throws -> Purchase.Checkout) async throws -> Payments.CheckoutFailure {
        try #require(await #expect(throws: Payments.CheckoutFailure.self) { try await body() })
    }

    /// Sessions with their own ids, by the idempotency key.
    static let sessions = FakeStripe.Answer.reply { request in
        let quantity = Int64(request.form["line_items[0][quantity]"] ?? "") ?? 0
        let cents: Int64 = request.form["line_items[0][price]"] == "price_pieces" ? 30 : 1000
        return .session([
            "id": .text("cs_\(request.header("Idempotency-Key") ?? "")"),
            "amount_total": .raw("\(cents * quantity)"), "expires_at": 1_767_312_000,
        ])
    }

    @Test("A checkout beyond the account's limit is refused with the time when an open one closes")
    func tooManyOpen() async throws {
        let shop = Shop(FakeStripe(Self.sessions))
        for _ in 1...Purchase.OpenCheckoutLimit.perAccount { _ = try await open(at: shop) }
        let asked = shop.stripe.requests.count
        let error = try await refusal { try await open(at: shop) }
        guard case .tooManyOpen(let wait) = error else {
            Issue.record("\(error)")
            return
        }
        let closing = Timestamp(rawValue: 1_767_312_000_000)
        let seconds = closing.milliseconds(since: shop.clock.now) / 1000
        #expect(wait == .seconds(seconds))
        #expect(error.problem.status == 429)
        #expect(error.problem.headers.contains { $0.name == "Retry-After" && $0.value == "\(seconds)" })
        #expect(shop.stripe.requests.count == asked, "the provider is not asked")
        #expect(error.description.contains("begun 20 checkouts"))
        _ = try await open(for: "ben", at: shop)
        shop.clock.advance(milliseconds: seconds * 1000)
        _ = try await open(at: shop)
    }

    @Test("A purchase is recorded before Stripe is asked, and its checkout is attached afterwards")
    func recordedBefore() async throws {
        let shop = Shop(FakeStripe(Self.sessions))
        let checkout = try await open("pieces", quantity: 20, at: shop, requestKey: "click-1")
        #expect(shop.ledger.steps == [.openCheckout, .record, .attach])
        let record = try #require(try await shop.ledger.memory.purchases(.one(checkout.purchase)).first)
        #expect(record.checkout == checkout.id)
        #expect(record.purchase.provider == "stripe")
        #expect(record.purchase.account == Shop.account)
        #expect(record.purchase.pack == "pieces")
        #expect(record.purchase.quantity == 20)
        #expect(record.purchase.credits == 140)
        #expect(record.purchase.price == Money(minorUnits: 600, currency: "USD"))
        #expect(record.purchase.policyVersion == "policy-1")
        #expect(record.purchase.requestKey == "click-1")
        let form = try #require(shop.stripe.requests.first).form
        #expect(form["line_items[0][quantity]"] == "20")
        #expect(form["success_url"] == "https://shop.example/thanks?purchase=\(checkout.purchase)")
    }

    @Test("Every call without a key opens a new checkout")
    func withoutKey() async throws {
        let shop = Shop(FakeStripe(Self.sessions))
        let first = try await open(at: shop)
        let second = try await open(at: shop)
        #expect(first.purchase != second.purchase)
    }

    @Test("The same key gets the same checkout while that is open")
    func sameKey() async throws {
        let shop = Shop(FakeStripe(Self.sessions))
        let first = try await open(at: shop, requestKey: "click-1")
        let again = try await open(at: shop, requestKey: "click-1")
        #expect(again == first)
        #expect(shop.stripe.requests.count == 1)
        let ofAnother = try await open(for: "acct_2", at: shop, requestKey: "click-1")
        #expect(ofAnother != first)
        shop.clock.advance(milliseconds: 86_400_000)
        let later = try await open(at: shop, requestKey: "click-1")
        #expect(later.purchase != first.purchase)
    }

    @Test("A key used again for another pack or quantity is refused", arguments: [("large", 1), ("pieces", 21)])
    func reusedKey(pack: String, quantity: Int) async throws {
        let shop = Shop(FakeStripe(Self.sessions))
        _ = try await open("pieces", quantity: 20, at: shop, requestKey: "click-1")
        let error = try await refusal { try await open(pack, quantity: quantity, at: shop, requestKey: "click-1") }
        #expect(error.problem.status == 422)
        #expect(shop.stripe.requests.count == 1)
    }

    @Test("Concurrent calls with one key share one checkout")
    func atOnce() async throws {
        let shop = Shop(FakeStripe(Self.sessions))
        let payments = try shop.payments()
        let checkouts = try await withThrowingTaskGroup(of: Purchase.Checkout.self) { group in
            for _ in 0..<20 {
                group.addTask { try await open(at: shop, requestKey: "click-1", payments: payments) }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(checkouts.count == 1)
        #expect(shop.stripe.requests.count == 1)
    }

    @Test("Two processes with one key send the customer to one page")
    func twoProcesses() async throws {
        let asked = Mutex(0)
        let stripe = FakeStripe(
            .reply { _ in
                asked.withLock { $0 += 1 }
                // Neither gets an answer before both have asked.
                while asked.withLock({ $0 }) < 2 { await Task.yield() }
                return Self.sessions
            }
        )
        let shop = Shop(stripe)
        let processes = [try shop.payments(), try shop.payments()]
        let checkouts = try await withThrowingTaskGroup(of: Purchase.Checkout.self) { group in
            for payments in processes {
                group.addTask { try await self.open(at: shop, requestKey: "click-1", payments: payments) }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(stripe.requests.count == 2)
        #expect(checkouts.count == 1)
    }

    @Test("A cancelled caller doesn't cancel the checkout for the other callers")
    func oneGivesUp() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let stripe = FakeStripe(
            .reply { _ in
                for await _ in gate { break }; return Self.sessions
            }
        )
        let shop = Shop(stripe)
        let payments = try shop.payments()
        let impatient = Task { try await self.open(at: shop, requestKey: "click-1", payments: payments) }
        while stripe.requests.isEmpty { await Task.yield() }
        let patient = Task { try await self.open(at: shop, requestKey: "click-1", payments: payments) }
        // The later caller may or may not have joined by now; in both cases it gets a checkout.
        impatient.cancel()
        open.finish()
        let checkout = try await patient.value
        #expect(!checkout.id.isEmpty)
    }

    @Test(
        "A pack that the policy doesn't have is not found",
        arguments: [
            ("smal", "the policy has no pack \"smal\"; did you mean \"small\"?"),
            ("enterprise", "the policy has no pack \"enterprise\""),
            (
                "e" + String(repeating: "\u{301}", count: 1000),
                "the policy has no pack \"e" + String(repeating: "\u{301}", count: 63) + "…\""
            ),
        ]
    )
    func unknownPack(pack: String, words: String) async throws {
        let shop = Shop()
        let error = try await refusal { try await open(pack, at: shop) }
        #expect(error.description == words)
        #expect(error.problem.status == 404)
        #expect(shop.ledger.steps.isEmpty)
    }

    @Test("A provider that isn't set up sells nothing, and neither does a pack without a product there")
    func notForSale() async throws {
        let shop = Shop()
        for error in [
            try await refusal { try await open("unlisted", at: shop) },
            try await refusal { try await open(at: shop, provider: "paypal") },
        ] { #expect(error.problem.status == 404) }
        #expect(shop.ledger.steps.isEmpty && shop.stripe.requests.isEmpty)
    }

    @Test(
        "A pack is sold in the quantities that the policy allows",
        arguments: [
            ("small", 2), ("small", 0), ("small", -1), ("pieces", 9), ("pieces", 501), ("pieces", Int.max),
            ("small", Int.min),
        ]
    )
    func quantities(pack: String, quantity: Int) async throws {
        let shop = Shop()
        let error = try await refusal { try await open(pack, quantity: quantity, at: shop) }
        #expect(error.problem.status == 400)
        #expect(shop.ledger.steps.isEmpty)
    }

    @Test(
        "A return address that isn't an http or https URL is refused",
        arguments: [
            "", "/thanks", "shop.example", "javascript:alert(1)", "ftp://shop.example/", "https://", "https:///thanks",
            "https://shop.example/a b", "https://shop.example/{OTHER}", "https://shop.example/é\n",
            "https://shop.example/" + String(repeating: "a", count: 5000),
        ]
    )
    func badPages(url: String) async throws {
        let shop = Shop()
        for error in [
            try await refusal { try await open(at: shop, successURL: url) },
            try await refusal { try await open(at: shop, cancelURL: url) },
        ] {
            guard case .invalidInput = error else {
                Issue.record("\(error)")
                continue
            }
            #expect(error.problem.status == 400)
        }
        #expect(shop.ledger.steps.isEmpty)
    }

    @Test("A success address may hold the placeholders for Stripe's id and for ours")
    func placeholders() async throws {
        let shop = Shop(FakeStripe(Self.sessions))
        let url = "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}&purchase={PURCHASE_ID}"
        let checkout = try await open(at: shop, successURL: url)
        #expect(
            shop.stripe.requests.first?.form["success_url"]
                == "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}&purchase=\(checkout.purchase)"
        )
    }

    @Test(
        "A request key that is empty, too long or has control characters is refused",
        arguments: [
            "", "a\nb@example.com", String(repeating: "a", count: 256),
        ]
    )
    func badText(text: String) async throws {
        let shop = Shop()
        let error = try await refusal { try await open(at: shop, requestKey: text) }
        #expect(error.problem.status == 400)
        #expect(shop.ledger.steps.isEmpty)
    }

    @Test("A price that differs from the policy's is reported to the customer, who is not charged")
    func otherPrice() async throws {
        let shop = Shop(FakeStripe(.session(["amount_total": 999])))
        let error = try await refusal { try await open(at: shop) }
        #expect(error.problem.status == 502)
        #expect(error.problem.detail.contains("9.99 USD"))
        #expect(shop.ledger.steps == [.record, .recordEvents], "the purchase expires")
    }

    @Test(
        "If the ledger fails before the request to Stripe, none is sent; if it fails after, nobody is sent to pay",
        arguments: [
            (FlakyPurchases.Step.openCheckout, 0), (.record, 0), (.attach, 1),
        ]
    )
    func ledgerFails(step: FlakyPurchases.Step, requests: Int) async throws {
        let shop = Shop(FakeStripe(Self.sessions))
        shop.ledger.fail(step)
        let error = try await refusal { try await open(at: shop, requestKey: "click-1") }
        #expect(error.problem.status == 503)
        #expect(shop.stripe.requests.count == requests)
    }

    @Test("A server that isn't set up reports the reason, and the customer only reads that nothing is sold yet")
    func notSetUp() async throws {
        let shop = Shop()
        let payments = try shop.payments(try shop.provider(key: nil))
        let error = try await refusal { try await open(at: shop, payments: payments) }
        #expect(error.problem.status == 500)
        #expect(error.description.contains("no Stripe key is set"))
        #expect(!error.problem.detail.contains("key"))
    }
}
