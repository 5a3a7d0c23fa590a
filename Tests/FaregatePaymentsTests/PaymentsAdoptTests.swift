import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// A ledger that was restored from a backup has lost the later sales. The provider still has them.
@Suite(.endsWhenStuck) struct PaymentsAdoptTests {
    private let weekAgo = Timestamp(rawValue: 1_767_225_600_000 - 7 * 86_400_000)

    private static func session(_ changes: [String: JSON?] = [:]) throws -> JSON {
        let metadata = try Shop.sold().metadata.map { ($0.name, JSON.text($0.value)) }
        return StripeJSON.session(["metadata": .object(Dictionary(uniqueKeysWithValues: metadata))]).with(changes)
    }

    private static func shop(_ sessions: [JSON], refunds: [JSON] = []) -> Shop {
        Shop(
            FakeStripe(
                .reply { request in
                    switch request.url.path() {
                    case "/v1/checkout/sessions": .json(StripeJSON.list(sessions))
                    case "/v1/refunds": .json(StripeJSON.list(refunds))
                    default: .json(StripeJSON.list([]))
                    }
                }
            )
        )
    }

    private func note() throws -> Ledger.Note { try Ledger.Note(by: "eva", reason: "restored the backup of Monday") }

    @Test("Reconcile reports a lost purchase without changing anything, and adopting it restores its whole history")
    func adopted() async throws {
        let shop = Self.shop([try Self.session()], refunds: [StripeJSON.refund("re_1", 300)])
        let payments = try shop.payments()
        let found = try await payments.reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(shop.credits == 0 && !found.isClean && found.foreignCount == 0)
        let lost = try #require(found.lost.first)
        #expect(try lost.purchase == Shop.sold())
        #expect(lost.checkout == "cs_test_1" && lost.position.credits == 70)

        let changes = try await payments.adopt(lost, try note())
        #expect(changes.map(\.after?.credits) == [70])
        #expect(shop.credits == 70)
        let record = try #require(try await shop.record)
        #expect(record.checkout == "cs_test_1" && record.position.status == .partlyRefunded)
        let causes = shop.events.all.compactMap { if case .changed(_, let cause) = $0 { cause } else { nil } }
        #expect(try causes == [.decision(note())])

        let again = try await payments.reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(again.isClean && again.lost.isEmpty)
        #expect(try await payments.adopt(lost, try note()).isEmpty)
        #expect(shop.credits == 70)
    }

    @Test("A webhook of a lost purchase grants nothing until the purchase is adopted")
    func webhooks() async throws {
        let shop = Self.shop([try Self.session()])
        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", try Self.session()))
        #expect(shop.credits == 0)
        let payments = try shop.payments()
        let found = try await payments.reconcile(provider: "stripe", since: weekAgo)
        for lost in found.lost { try await payments.adopt(lost, try note()) }
        #expect(shop.credits == 100)
        _ = try await shop.receive(StripeJSON.event("refund.created", StripeJSON.refund("re_1", 300), id: "evt_2"))
        #expect(shop.credits == 70)
    }

    /// A customer typed the id of a purchase into the address of a payment link, and paid less there.
    private static let link = StripeJSON.session([
        "id": "cs_link", "payment_intent": "pi_link", "metadata": .object([:]), "amount_total": 100,
    ])

    @Test("A payment link that claims to be the lost purchase doesn't take its place")
    func linkBesideLost() async throws {
        let shop = Self.shop([Self.link, try Self.session()])
        let payments = try shop.payments()
        let found = try await payments.reconcile(provider: "stripe", since: weekAgo)
        #expect(found.lost.map(\.checkout) == ["cs_test_1"] && found.foreignCount == 1)
        for lost in found.lost { try await payments.adopt(lost, try note()) }
        let record = try #require(try await shop.record)
        #expect(record.checkout == "cs_test_1" && record.position.status == .paid && record.position.flags.isEmpty)
        #expect(shop.credits == 100)
    }

    @Test("An order that claims to be a recorded purchase is neither lost nor that purchase", arguments: [false, true])
    func claimsToBeKnown(isDescribed: Bool) async throws {
        let copy = try Self.session(["id": "cs_link", "payment_intent": "pi_link"])
        let stripe = Self.shop([isDescribed ? copy : Self.link, try Self.session()]).stripe
        let shop = try await Shop.open(stripe)
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(found.lost.isEmpty && found.foreignCount == 1)
        #expect(found.differences.map(\.purchase) == [Shop.purchase])
        let again = try await shop.payments().reconcile(provider: "stripe", since: weekAgo)
        #expect(again.isClean && shop.credits == 100)
    }

    @Test("A claim to be a recorded purchase doesn't hide that Stripe doesn't know the purchase")
    func claimsToBeAbsent() async throws {
        let shop = try await Shop.open(Self.shop([Self.link]).stripe)
        _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo)
        #expect(found.absent.map(\.purchase.id) == [Shop.purchase])
    }

    @Test("An adopted purchase counts as opened in the past, so that a later reconcile finds it at Stripe")
    func openedBefore() async throws {
        let sessions = Mutex([try Self.session()])
        let stripe = FakeStripe(
            .reply { request in
                let isSessions = request.url.path() == "/v1/checkout/sessions"
                return .json(StripeJSON.list(isSessions ? sessions.withLock { $0 } : []))
            }
        )
        let shop = Shop(stripe)
        let payments = try shop.payments()
        for lost in try await payments.reconcile(provider: "stripe", since: weekAgo).lost {
            try await payments.adopt(lost, try note())
        }
        sessions.withLock { $0 = [] }
        let hourAgo = shop.clock.now.advanced(byMilliseconds: -3_600_000)
        let later = try await payments.reconcile(provider: "stripe", since: hourAgo)
        #expect(shop.credits == 100 && later.absent.isEmpty && later.isClean)
        let same = try await payments.reconcile(provider: "stripe", since: weekAgo)
        #expect(same.absent.map(\.purchase.id) == [Shop.purchase])
    }

    @Test("The log of an adopted purchase does not name who paid")
    func logged() async throws {
        let shop = Self.shop([try Self.session()])
        let payments = try shop.payments()
        let found = try await payments.reconcile(provider: "stripe", since: weekAgo)
        for lost in found.lost { try await payments.adopt(lost, try note()) }
        let learned = try await payments.reconcile(provider: "stripe", since: weekAgo)
        let record = try #require(try await shop.record)
        #expect(record.billing?.email == "private@example.com")
        for value in [Payments.Event.reconciled(found), Payments.Event.reconciled(learned), record] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] {
                #expect(!text.contains("private@example.com") && !text.contains("Ana Silva"))
            }
        }
    }

    @Test(
        "An order that Faregate did not open, or that nobody paid, is not lost",
        arguments: [
            ["metadata": .object([:])], ["metadata": StripeJSON.metadata()],
            ["status": "open", "payment_status": "unpaid", "payment_intent": nil],
            ["status": "expired", "payment_status": "unpaid", "payment_intent": nil],
        ] as [[String: JSON?]]
    )
    func notLost(changes: [String: JSON?]) async throws {
        let shop = Self.shop([try Self.session(changes)])
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo)
        #expect(found.lost.isEmpty && found.isClean)
    }

    @Test("An order that names a recorded purchase with another checkout is not lost and can't be adopted")
    func anotherCheckout() async throws {
        let shop = Self.shop([try Self.session(["id": "cs_other"])])
        try await shop.ledger.memory.record(Shop.sold(), under: .empty, at: shop.clock.now)
        let url = try #require(URL(string: "https://checkout.stripe.com/c/pay/cs_test_1"))
        let own = Purchase.Checkout(purchase: Shop.purchase, id: "cs_test_1", url: url, expiresAt: nil)
        _ = try await shop.ledger.memory.attach(own, to: Shop.purchase, at: shop.clock.now)
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(found.lost.isEmpty && found.foreignCount == 1)
        #expect(shop.credits == 0)
    }

    @Test("Any purchase can be described in metadata and read back")
    func described() throws {
        let long = String(repeating: "é", count: 127)
        let purchases = [
            try Shop.sold(),
            Purchase(
                id: .random(),
                provider: "dodo",
                account: try AccountID(long),
                pack: long,
                product: nil,
                quantity: 1_000_000,
                credits: .max,
                price: Money(minorUnits: 999_999_999_999, currency: "JPY"),
                lifetimeMilliseconds: .max,
                policyVersion: "v",
                requestKey: nil,
                allowsDiscounts: true
            ),
        ]
        for purchase in purchases {
            let metadata = Dictionary(uniqueKeysWithValues: purchase.metadata)
            #expect(metadata.allSatisfy { $0.key.utf8.count <= 40 && $0.value.utf8.count <= 500 })
            #expect(Purchase(provider: purchase.provider) { metadata[$0] } == purchase)
            for name in metadata.keys where !["faregate_product", "faregate_discounts"].contains(name) {
                var harmed = metadata
                harmed[name] = ""
                let isID = name == Purchase.metadataName
                if isID { harmed[name] = String(repeating: "p", count: 161) }
                #expect(Purchase(provider: purchase.provider) { harmed[$0] } == nil)
                harmed[name] = "0"
                if !["faregate_account", "faregate_pack", "faregate_policy", "faregate_purchase"].contains(name) {
                    #expect(Purchase(provider: purchase.provider) { harmed[$0] } == nil)
                }
            }
        }
    }
}
