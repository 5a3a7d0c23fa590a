import Faregate
import FaregatePayments
import FaregateTesting
import Testing

/// Attempts after which the customer has no checkout.
extension PaymentsCheckoutTests {
    @Test(
        "An attempt that surely opened no checkout expires at once, and is reported to a person",
        arguments: [nil, 401, 400])
    func nothingOpened(status: Int?) async throws {
        let shop = Shop(FakeStripe(.error(status ?? 200)))
        let payments = try shop.payments(try shop.provider(key: status == nil ? nil : Shop.key))
        for _ in 0...Purchase.OpenCheckoutLimit.perAccount {
            let error = try await refusal { try await open(at: shop, payments: payments) }
            guard case .provider = error else {
                Issue.record("\(error)")
                return
            }
            guard case .notOpened(let purchase, _)? = shop.events.all.first(where: \.needsPerson) else {
                Issue.record("\(shop.events.all)")
                return
            }
            let record = try #require(try await shop.ledger.memory.purchases(.one(purchase)).first)
            #expect(record.position.status == .expired && shop.events.all.count == 2)
            shop.events.removeAll()
        }
    }

    @Test("An attempt whose answer was lost counts as open for ten minutes")
    func lostAnswer() async throws {
        let shop = Shop(FakeStripe(.error(500)))
        for _ in 1...Purchase.OpenCheckoutLimit.perAccount { _ = try await refusal { try await open(at: shop) } }
        let full = try await refusal { try await open(at: shop) }
        guard case .tooManyOpen(.seconds(600)) = full else {
            Issue.record("an attempt of unknown outcome doesn't count: \(full)")
            return
        }
        #expect(shop.events.all.filter(\.needsPerson).isEmpty)
        shop.clock.advance(milliseconds: 600_000)
        let later = try await refusal { try await open(at: shop) }
        guard case .provider = later else {
            Issue.record("the attempts count for longer than ten minutes: \(later)")
            return
        }
    }

    @Test("After an attempt that opened no checkout, the same request key opens one")
    func sameKeyAgain() async throws {
        let shop = Shop(FakeStripe(.error(401), Self.sessions))
        _ = try await refusal { try await open(at: shop, requestKey: "click-1") }
        let checkout = try await open(at: shop, requestKey: "click-1")
        let purchases = try await shop.ledger.memory.purchases(.account(Shop.account, count: 10))
        #expect(Set(purchases.map(\.position.status)) == [.opened, .expired])
        #expect(try await open(at: shop, requestKey: "click-1") == checkout)
    }

    @Test("A payment counts, although its checkout was taken for one that was never opened")
    func paidAfterAll() async throws {
        let shop = Shop(FakeStripe(.error(401)))
        _ = try await refusal { try await open(at: shop) }
        guard case .notOpened(let purchase, _)? = shop.events.all.first else {
            Issue.record("\(shop.events.all)")
            return
        }
        let event = Purchase.Event(
            names: Purchase.Names(purchase: purchase.rawValue, checkout: "cs_1", payments: ["pi_1"]),
            fact: .paid(payment: "pi_1", amount: Money(minorUnits: 1000, currency: "USD"), tax: 0))
        _ = try await shop.ledger.record([event], of: "stripe", isRehearsal: false, at: shop.clock.now)
        let record = try #require(try await shop.ledger.memory.purchases(.one(purchase)).first)
        #expect(record.position.status == .paid && record.position.credits == 100)
    }
}
