import Faregate
import FaregateBooks
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Finding events whose webhooks were lost.
@Suite(.endsWhenStuck) struct PaymentsReconcileTests {
    private let weekAgo = Timestamp(rawValue: 1_767_225_600_000 - 7 * 86_400_000)

    /// Stripe's lists: sessions, refunds and disputes.
    private static func lists(_ sessions: [JSON], _ refunds: [JSON] = [], _ disputes: [JSON] = []) -> FakeStripe {
        FakeStripe(
            .reply { request in
                switch request.url.path() {
                case "/v1/checkout/sessions": .json(StripeJSON.list(sessions))
                case "/v1/refunds": .json(StripeJSON.list(refunds))
                case "/v1/disputes": .json(StripeJSON.list(disputes))
                default: .error(404)
                }
            }
        )
    }

    private static func session(_ number: Int, _ changes: [String: JSON?] = [:]) -> JSON {
        StripeJSON.session([
            "id": .text("cs_\(number)"), "payment_intent": .text("pi_\(number)"),
            "metadata": StripeJSON.metadata("pur_\(number)"), "client_reference_id": nil,
        ]).with(changes)
    }

    private static func refund(_ number: Int, _ amount: Int64) -> JSON {
        StripeJSON.refund("re_\(number)", amount)
            .with(["payment_intent": .text("pi_\(number)"), "charge": .text("ch_\(number)")])
    }

    private static func dispute(_ number: Int, _ status: String) -> JSON {
        StripeJSON.dispute(status, id: "dp_\(number)", moved: [-1000])
            .with(["payment_intent": .text("pi_\(number)"), "charge": .text("ch_\(number)")])
    }

    private func open(_ numbers: some Sequence<Int>, in ledger: any PurchaseBackend, at now: Timestamp) async throws {
        for number in numbers {
            let pack = try #require(Shop.policy.packs["small"])
            let purchase = try Purchase(
                id: Purchase.ID("pur_\(number)"),
                provider: "stripe",
                account: Shop.account,
                pack: pack,
                policyVersion: "policy-1"
            )
            try await ledger.record(purchase, under: .empty, at: now)
            let url = try #require(URL(string: "https://checkout.stripe.com/c/pay/cs_\(number)"))
            let checkout = Purchase.Checkout(purchase: purchase.id, id: "cs_\(number)", url: url, expiresAt: nil)
            try await ledger.attach(checkout, to: purchase.id, at: now)
        }
    }

    /// Eight paid checkouts, one of them half refunded and one charged back; one expired, one open.
    private static let silence = lists(
        (11...18).map { session($0) } + [
            session(19, ["status": "expired", "payment_status": "unpaid", "payment_intent": nil]),
            session(20, ["status": "open", "payment_status": "unpaid", "payment_intent": nil]),
        ],
        [refund(12, 500)],
        [dispute(13, "lost")]
    )

    @Test("Reconcile finds and records everything after a week without webhooks, and then finds nothing more")
    func week() async throws {
        try await withStore(Self.silence) { store in
            try await open(11...20, in: store.ledger, at: store.clock.now)
            let payments = try store.payments()
            let found = try await payments.reconcile(provider: "stripe", since: weekAgo)
            #expect(found.orderCount == 10)
            #expect(found.lost.isEmpty && found.foreignCount == 0 && found.absent.isEmpty)
            let differences = Dictionary(uniqueKeysWithValues: found.differences.map { ($0.purchase, $0) })
            #expect(differences.count == 9)
            #expect(differences["pur_11"]?.after?.credits == 100)
            #expect(differences["pur_12"]?.before?.credits == 0)
            #expect(differences["pur_12"]?.after?.credits == 50)
            #expect(differences["pur_12"]?.after?.status == .partlyRefunded)
            #expect(differences["pur_13"]?.after?.status == .chargedBack)
            #expect(differences["pur_19"]?.after?.status == .expired)
            // Nothing is changed so far.
            let before = try await store.balance()
            #expect(before?.sources[.purchase] == 0)

            let changes = try await payments.apply(found)
            #expect(!changes.isEmpty)
            let after = try await store.balance()
            #expect(after?.sources[.purchase] == 650)
            let again = try await payments.reconcile(provider: "stripe", since: weekAgo)
            #expect(again.isClean)
            #expect(again.orderCount == 10)
            let audit = try await store.ledger.audit()
            #expect(audit.isClean)
        }
    }

    @Test("Reconcile can find and record in one call")
    func inOneGo() async throws {
        let shop = Shop(Self.silence)
        try await open(11...20, in: shop.ledger, at: shop.clock.now)
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(found.differences.count == 9)
        #expect(shop.credits == 650)
        let again = try await shop.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(again.isClean)
    }

    @Test("Orders of another shop at the same Stripe account are counted and need no decision")
    func foreign() async throws {
        let foreign: [String: JSON?] = ["metadata": .object([:]), "client_reference_id": nil]
        let sessions = (11...30).map { Self.session($0, foreign) }
        let shop = Shop(Self.lists(sessions, (11...25).map { Self.refund($0, 300) } + [Self.refund(99, 300)]))
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(found.foreignCount == 21 && found.orderCount == 21)
        #expect(found.isClean && found.lost.isEmpty && found.differences.isEmpty)
    }

    @Test("An object that can't be read is reported by its id, and the others are recorded")
    func unreadable() async throws {
        let foreign = StripeJSON.refund("re_99", 300).with(["payment_intent": nil, "charge": nil])
        let ours = Self.refund(12, 300).with(["amount": "much"])
        let shop = Shop(Self.lists([Self.session(11), Self.session(12)], [foreign, ours, Self.refund(11, 300)]))
        try await open(11...12, in: shop.ledger, at: shop.clock.now)
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(shop.credits == 170)
        #expect(found.unreadable.map(\.id) == ["re_99", "re_12"])
        #expect(found.unreadable.first?.reason == "it has no payment_intent and no charge")
        let again = try await shop.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(again.unreadableOnRecord.map(\.id) == ["re_12"])
        #expect(!again.isClean)
    }

    @Test("A purchase with credits that Stripe doesn't know is reported")
    func absent() async throws {
        let shop = try await Shop.open(Self.lists([]))
        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo)
        #expect(found.absent.map(\.purchase.id) == [Shop.purchase])
        #expect(!found.isClean)
        let later = shop.clock.now.advanced(byMilliseconds: 1)
        let since = try await shop.payments().reconcile(provider: "stripe", since: later)
        #expect(since.isClean)
    }

    @Test("A payment pending since before the list begins is looked up by its checkout")
    func pending() async throws {
        let paid = FakeStripe.Answer.json(
            StripeJSON.session(["payment_intent": ["id": "pi_1", "latest_charge": StripeJSON.charge()]])
        )
        let stripe = FakeStripe(
            .reply { $0.url.path() == "/v1/checkout/sessions/cs_test_1" ? paid : .json(StripeJSON.list([])) }
        )
        let unpaid = StripeJSON.event(
            "checkout.session.completed",
            StripeJSON.session(["payment_status": "unpaid"])
        )
        let shop = try await Shop.open(stripe)
        _ = try await shop.receive(unpaid)
        let since = shop.clock.now.advanced(byMilliseconds: 1)
        let found = try await shop.payments().reconcile(provider: "stripe", since: since, isRehearsal: false)
        #expect(found.differences.map(\.purchase) == [Shop.purchase])
        #expect(shop.credits == 100)
        try await withStore(stripe) { store in
            _ = try await store.deliver(unpaid)
            try await open(11...12, in: store.ledger, at: store.clock.now)
            let found = try await store.payments().reconcile(provider: "stripe", since: since, isRehearsal: false)
            #expect(found.differences.map(\.purchase) == [Shop.purchase])
            let balance = try await store.balance()
            #expect(balance?.sources[.purchase] == 100)
            let again = try await store.ledger.purchases(.awaited(provider: "stripe", count: 10))
            #expect(again.isEmpty)
        }
    }

    @Test("A failing ledger, and a provider that fails or isn't set up, are reported and change nothing")
    func failures() async throws {
        let shop = Shop(FakeStripe(.error(403)))
        for name in ["paypal", "stripe"] {
            await #expect(throws: Payments.Failure.self) {
                try await shop.payments().reconcile(provider: name, since: weekAgo, isRehearsal: false)
            }
        }
        let silent = Shop(Self.silence)
        try await open(11...12, in: silent.ledger, at: silent.clock.now)
        silent.ledger.fail(.recordEvents)
        await #expect(throws: Payments.Failure.self) {
            try await silent.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        }
        #expect(silent.credits == 0)
    }
}
