import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// A ledger that was restored from a backup has lost what was sold since. The provider hasn't.
@Suite(.timeLimit(.minutes(10))) struct PaymentsAdoptTests {
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

    private func note() throws -> Note { try Note(by: "eva", reason: "restored the backup of Monday") }

    @Test("Is told what was lost, changes nothing by itself, and takes it back with all that happened to it")
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

    @Test("A webhook of a lost purchase grants nothing; once it is adopted, later ones count")
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

    @Test(
        "What Faregate did not open, or nobody paid, is not lost",
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

    @Test("What names a purchase on record that has another checkout is not lost, and can't be adopted")
    func anotherCheckout() async throws {
        let shop = Self.shop([try Self.session(["id": "cs_other"])])
        try await shop.ledger.books.record(Shop.sold(), under: .empty, at: shop.clock.now)
        let url = try #require(URL(string: "https://checkout.stripe.com/c/pay/cs_test_1"))
        let own = OpenCheckout(purchase: Shop.purchase, id: "cs_test_1", url: url, expiresAt: nil)
        _ = try await shop.ledger.books.attach(own, to: Shop.purchase, at: shop.clock.now)
        let found = try await shop.payments().reconcile(provider: "stripe", since: weekAgo, isRehearsal: false)
        #expect(found.lost.isEmpty && found.foreignCount == 1)
        #expect(shop.credits == 0)
    }

    @Test("A purchase survives being described, whatever it is")
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
                #expect(Purchase(provider: purchase.provider) { harmed[$0] } == nil)
                harmed[name] = "0"
                if !["faregate_account", "faregate_pack", "faregate_policy", "faregate_purchase"].contains(name) {
                    #expect(Purchase(provider: purchase.provider) { harmed[$0] } == nil)
                }
            }
        }
    }
}
