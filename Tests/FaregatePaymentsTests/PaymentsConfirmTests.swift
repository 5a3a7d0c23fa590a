import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The page that the customer comes back to.
@Suite(.endsWhenStuck) struct PaymentsConfirmTests {
    private static let paid = FakeStripe.Answer.json(
        StripeJSON.session(["payment_intent": ["id": "pi_1", "latest_charge": StripeJSON.charge()]])
    )

    @Test("A payment whose webhook hasn't arrived is credited when the customer returns")
    func credits() async throws {
        let shop = try await Shop.open(FakeStripe(Self.paid))
        let record = try #require(
            try await shop.payments().confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account))
        #expect(record.position.status == .paid)
        #expect(record.purchase.id == Shop.purchase)
        #expect(record.billing?.receipt?.absoluteString == "https://pay.stripe.com/receipts/ch_1")
        #expect(shop.credits == 100)
    }

    @Test("A purchase can be confirmed by our own id")
    func byPurchase() async throws {
        let shop = try await Shop.open(FakeStripe(Self.paid))
        let record = try #require(try await shop.payments().confirm(Shop.purchase, of: Shop.account))
        #expect(record.position.status == .paid)
    }

    @Test("Stripe isn't asked again once the money is there")
    func settled() async throws {
        let shop = try await Shop.open(FakeStripe(Self.paid))
        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
        let record = try #require(
            try await shop.payments().confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account))
        #expect(record.position.status == .paid)
        #expect(shop.stripe.requests.isEmpty)
    }

    @Test(
        "A checkout that isn't ours gives nil, and Stripe isn't asked about it",
        arguments: ["cs_other", "", "cs/../x"]
    )
    func notOurs(checkout: String) async throws {
        let shop = try await Shop.open(FakeStripe(Self.paid))
        let record = try await shop.payments().confirm(checkout: checkout, provider: "stripe", of: Shop.account)
        #expect(record == nil)
        let other = try await shop.payments().confirm("pur_other", of: Shop.account)
        #expect(other == nil)
        #expect(shop.stripe.requests.isEmpty)
    }

    @Test("An unpaid checkout stays open, also when Stripe no longer knows it")
    func notPaid() async throws {
        for answer in [FakeStripe.Answer.session(), .error(404)] {
            let shop = try await Shop.open(FakeStripe(answer))
            let record = try #require(
                try await shop.payments().confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account))
            #expect(record.position.status == .opened)
            #expect(shop.credits == 0)
        }
    }

    @Test("A purchase of another account gives nil, and no provider is asked about it")
    func notTheOwner() async throws {
        let shop = try await Shop.open(FakeStripe(Self.paid))
        let payments = try shop.payments()
        #expect(try await payments.confirm(Shop.purchase, of: "acct_2") == nil)
        #expect(try await payments.confirm(checkout: "cs_test_1", provider: "stripe", of: "acct_2") == nil)
        #expect(shop.stripe.requests.isEmpty && shop.credits == 0)
    }

    @Test("An answer or a failure is reused for three seconds, and a webhook in between is seen at once")
    func remembered() async throws {
        for answer in [FakeStripe.Answer.session(), .error(500)] {
            let shop = try await Shop.open(FakeStripe(answer))
            let payments = try shop.payments()
            for (milliseconds, count) in [(0, 1), (2999, 1), (1, 2), (0, 2)] as [(Int64, Int)] {
                shop.clock.advance(milliseconds: milliseconds)
                _ = try? await payments.confirm(Shop.purchase, of: Shop.account)
                #expect(shop.stripe.requests.count == count)
            }
            _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
            let record = try await payments.confirm(Shop.purchase, of: Shop.account)
            #expect(record?.position.status == .paid)
        }
    }

    @Test("Stripe is asked once, with four seconds for the whole lookup")
    func patience() async throws {
        let shop = try await Shop.open(FakeStripe(.error(500)))
        await #expect(throws: Payments.Failure.self) {
            try await shop.payments().confirm(Shop.purchase, of: Shop.account)
        }
        #expect(shop.stripe.requests.map(\.timeout) == [.seconds(4)])

        // The session takes all of the time, so no further request is sent.
        let clock = ManualClock()
        let refunded = StripeJSON.session([
            "payment_intent": ["id": "pi_1", "latest_charge": StripeJSON.charge(refunded: 300)]
        ])
        let slow = FakeStripe(
            .reply { _ in
                clock.advance(milliseconds: 4000)
                return .json(refunded)
            }
        )
        let provider = try Shop(slow).provider(clock: clock)
        await #expect(throws: ProviderKit.Failure.unreachable(provider: "Stripe", "no answer in time")) {
            try await provider.look(up: "cs_test_1", within: .seconds(4))
        }
        #expect(slow.requests.count == 1)
    }

    @Test("Concurrent callers share one lookup")
    func shared() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let stripe = FakeStripe(
            .reply { _ in
                for await _ in gate { break }; return Self.paid
            }
        )
        let shop = try await Shop.open(stripe)
        let payments = try shop.payments()
        let first = Task { try await payments.confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account) }
        while stripe.requests.isEmpty { await Task.yield() }
        let others = (0..<20).map { _ in
            Task { try await payments.confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account) }
        }
        while shop.ledger.steps.count(where: { $0 == .purchases }) < 21 { await Task.yield() }
        open.finish()
        for task in [first] + others {
            let record = try #require(try await task.value)
            #expect(record.position.status == .paid)
        }
        // The callers after the first answer found the purchase paid.
        #expect(stripe.requests.count == 1)
        #expect(shop.credits == 100)
    }

    @Test("A confirmation and a webhook at the same time add the credits once")
    func race() async throws {
        for _ in 0..<20 {
            let shop = try await Shop.open(FakeStripe(Self.paid))
            let payments = try shop.payments()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        _ = try await payments.confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account)
                    }
                    group.addTask {
                        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
                    }
                }
                try await group.waitForAll()
            }
            #expect(shop.credits == 100)
            let record = try #require(try await shop.record)
            #expect(record.position.flags.isEmpty)
        }
    }

    @Test(
        "A customer whose payment can't be looked up reads that it isn't lost",
        arguments: [
            (FlakyPurchases.Step.purchases, 503), (.recordEvents, 503),
        ]
    )
    func ledgerFails(step: FlakyPurchases.Step, status: Int) async throws {
        let shop = try await Shop.open(FakeStripe(Self.paid))
        shop.ledger.fail(step)
        let error = await #expect(throws: Payments.Failure.self) {
            try await shop.payments().confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account)
        }
        #expect(error?.problem.status == status)
        let again = try #require(
            try await shop.payments().confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account))
        #expect(again.position.status == .paid)
    }

    @Test("A provider that fails or isn't set up is reported")
    func providerFails() async throws {
        let shop = try await Shop.open(FakeStripe(.error(500)))
        let failed = await #expect(throws: Payments.Failure.self) {
            try await shop.payments().confirm(checkout: "cs_test_1", provider: "stripe", of: Shop.account)
        }
        #expect(failed?.problem.status == 502)
        let unknown = await #expect(throws: Payments.Failure.self) {
            try await shop.payments().confirm(checkout: "cs_test_1", provider: "paypal", of: Shop.account)
        }
        #expect(unknown?.problem.status == 404)
        #expect(shop.credits == 0)
    }
}
