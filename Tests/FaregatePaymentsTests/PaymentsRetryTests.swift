import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite(.endsWhenStuck) struct PaymentsRetryTests {
    @Test("The pauses double up to a minute while the ledger fails, and return to normal afterwards")
    func backoff() async throws {
        let shop = Shop()
        shop.ledger.fail(.inbox, times: 5)
        let payments = try shop.payments()
        let loop = Task { await payments.run(pause: .seconds(5), reconcileEvery: nil) }
        await shop.clock.waitForSleeper()
        for pause in [10_000, 20_000, 40_000, 60_000, 60_000, 5000, 5000] as [Int64] {
            let asked = shop.ledger.steps.count
            shop.clock.advance(milliseconds: pause - 1)
            #expect(shop.ledger.steps.count == asked)
            shop.clock.advance(milliseconds: 1)
            // A task that was not woken still sleeps.
            await shop.clock.waitForSleeper()
            #expect(shop.ledger.steps.count == asked + 1)
        }
        #expect(shop.events.all.count == 5)
        loop.cancel()
        await loop.value
    }

    @Test("A cancelled task stops looking into the inbox")
    func cancelled() async throws {
        let shop = Shop()
        let payments = try shop.payments()
        let loop = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await payments.run()
        }
        await loop.value
        #expect(shop.ledger.steps.isEmpty)
    }

    /// A provider that reads nothing from an empty body.
    private struct Lenient: PaymentProvider {
        let name = "stripe"

        func verify(
            headers: [(name: String, value: String)], body: Data, at now: Timestamp
        ) throws(ProviderKit.WebhookRefusal) -> ProviderKit.VerifiedEvent { throw .notAnEvent }

        func read(_ event: Inbox.Event) -> Inbox.Reading { .nothing }

        func open(_ purchase: Purchase, _ order: ProviderKit.CheckoutOrder) async throws(ProviderKit.Failure)
            -> Purchase.Checkout
        {
            throw .misconfigured("it sells nothing")
        }

        func look(
            up checkout: String, within patience: Duration?
        ) async throws(ProviderKit.Failure) -> [Purchase.Event]? { nil }

        func history(
            since: Timestamp, progress: @Sendable (_ seen: Int) -> Void
        ) async throws(ProviderKit.Failure) -> ProviderKit.History { ProviderKit.History() }
    }

    @Test("A flagged event whose body was deleted stays flagged, whatever its provider reads from an empty body")
    func withoutBody() async throws {
        let shop = try await Shop.open()
        let event = Inbox.Event(
            id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: "test", body: Data("{}".utf8))
        let names = Purchase.Names(checkout: "cs_test_1")
        let memory = shop.ledger.memory
        _ = try await memory.receive(event, reading: .unreadable("it says nothing", names), at: shop.clock.now)
        memory.performHousekeeping(at: shop.clock.now.advanced(byMilliseconds: Purchase.Retention.bodyMilliseconds + 1))
        let payments = Payments(
            providers: [Lenient()], ledger: Ledger(purchases: shop.ledger), policies: Shop.policy, clock: shop.clock)
        let kept = try #require(try await memory.inbox(.one(event.id)).first)
        #expect(kept.event.body.isEmpty)
        let receipt = try await payments.retry(kept.event)
        let isFlagged = if case .flagged = receipt { true } else { false }
        #expect(isFlagged)
        let after = try await memory.inbox(.one(event.id)).first
        #expect(after?.state == .flagged)
    }

    @Test("A provider without a key is reported once")
    func withoutKey() async throws {
        let shop = Shop()
        let payments = try shop.payments(shop.provider(key: nil))
        let loop = Task { await payments.run(pause: .seconds(1), reconcileEvery: .zero) }
        while !shop.events.all.contains(where: { $0.isOfReconciling }) { await Task.yield() }
        for _ in 1...3 {
            await shop.clock.waitForSleeper()
            shop.clock.advance(milliseconds: 1000)
        }
        loop.cancel()
        await loop.value
        #expect(shop.events.all.count(where: { $0.isOfReconciling }) == 1)
    }

    @Test("Every provider is reconciled at intervals, for overlapping periods, and sooner after a failure")
    func reconciles() async throws {
        let sessions = Mutex<[String]>([])
        let fails = Mutex(false)
        let stripe = FakeStripe(
            .reply { request in
                if fails.withLock({ $0 }) { return .error(500) }
                let isSessions = request.url.path() == "/v1/checkout/sessions"
                if isSessions { sessions.withLock { $0.append(request.query["created[gte]"] ?? "") } }
                return .json(StripeJSON.list(isSessions ? [StripeJSON.session()] : []))
            }
        )
        let shop = try await Shop.open(stripe)
        let start = shop.clock.now.rawValue / 1000
        let hour: Int64 = 3600
        let payments = try shop.payments()
        let loop = Task { await payments.run(pause: .seconds(Int64.max), reconcileEvery: .seconds(6 * hour)) }
        func told(_ count: Int) async {
            while shop.events.all.count(where: { $0.isOfReconciling }) < count || shop.clock.sleeperCount < 2 {
                await Task.yield()
            }
        }
        await told(1)
        #expect(shop.credits == 100)
        fails.withLock { $0 = true }
        shop.clock.advance(milliseconds: 6 * hour * 1000)
        await told(2)
        fails.withLock { $0 = false }
        shop.clock.advance(milliseconds: 600_000)
        await told(3)
        shop.clock.advance(milliseconds: 6 * hour * 1000)
        await told(4)
        loop.cancel()
        await loop.value
        // First three days and one day back, then an hour and a day before the last success.
        let day = 24 * hour
        let later = start + 6 * hour + 600
        #expect(
            sessions.withLock { $0 } == ["\(start - 4 * day)", "\(start - hour - day)", "\(later - hour - day)"]
        )
    }
}

extension Payments.Event {
    fileprivate var isOfReconciling: Bool {
        switch self {
        case .reconciled, .notReconciled: true
        default: false
        }
    }
}
