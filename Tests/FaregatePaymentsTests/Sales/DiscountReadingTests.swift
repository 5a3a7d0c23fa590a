import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

@Suite("What a provider says of discounts and taxes") struct DiscountReadingTests {
    private func stripe(_ changes: [String: JSON?]) throws -> Inbox.Reading {
        let type = "checkout.session.completed"
        let event = StripeJSON.event(type, StripeJSON.session(changes))
        return try Shop().provider().read(
            Inbox.Event(id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: type, body: event.data)
        )
    }

    private func dodo(_ changes: [String: JSON]) throws -> Inbox.Reading {
        let payment = changes.reduce(DodoFixture.payment) { $0.setting([$1.key], to: $1.value) }
        let body = DodoFixture.event("payment.succeeded", payment).data
        return try DodoFixture.provider().read(
            Inbox.Event(id: Inbox.Event.ID(provider: "dodo", event: "evt_1"), type: "payment.succeeded", body: body)
        )
    }

    private func paid(_ reading: Inbox.Reading) throws -> Purchase.Fact {
        guard case .facts(let events) = reading else { throw InvalidInput("it reads as \(reading)") }
        return try #require(events.last).fact
    }

    @Test("Stripe reports how large a discount was")
    func ofStripe() throws {
        let details: JSON = ["amount_discount": 250, "amount_shipping": 0, "amount_tax": 75]
        let fact = try paid(stripe(["amount_total": 825, "total_details": details]))
        #expect(fact == .paid(825, tax: 75, discount: .of(250)))
        let none = try paid(stripe(["discounts": []]))
        #expect(none == .paid())
    }

    @Test("A code without an amount is a discount of unknown size")
    func untold() throws {
        let fact = try paid(
            stripe([
                "amount_total": 750, "total_details": JSON.null, "discounts": [["coupon": "c", "promotion_code": nil]],
            ])
        )
        #expect(fact == .paid(750, discount: .unknown))
    }

    @Test("Taxes and discounts in Stripe's special currencies are counted like the amount", arguments: ["isk", "ugx"])
    func odd(currency: String) throws {
        let details: JSON = ["amount_discount": 10000, "amount_shipping": 0, "amount_tax": 4000]
        let reading = try stripe(["amount_total": 44000, "currency": .text(currency), "total_details": details])
        let money = Money(minorUnits: 440, currency: currency.uppercased())
        #expect(try paid(reading) == .paid(payment: "pi_1", amount: money, tax: 40, discount: .of(100)))
    }

    @Test(
        "A discount that is not an amount is unreadable", arguments: [JSON.text("much"), -5, .raw("1.5")])
    func unreadable(amount: JSON) throws {
        guard case .unreadable = try stripe(["total_details": ["amount_discount": amount, "amount_tax": 0]]) else {
            Issue.record("\(amount) was read")
            return
        }
    }

    @Test("Dodo reports that there was a discount but not how large it was")
    func ofDodo() throws {
        let told: [[String: JSON]] = [
            ["discount_id": "dsc_1"], ["discounts": [["discount_id": "dsc_1", "amount": 2500, "type": "percentage"]]],
            // A discount that can't be read still counts as one.
            ["discounts": "some"],
        ]
        for changes in told {
            guard case .paid(_, _, _, .unknown) = try paid(dodo(changes)) else {
                Issue.record("\(changes) has no discount")
                continue
            }
        }
        for changes: [String: JSON] in [[:], ["discounts": []], ["discounts": .null, "discount_id": .null]] {
            guard case .paid(_, _, _, .none) = try paid(dodo(changes)) else {
                Issue.record("\(changes) has a discount")
                continue
            }
        }
    }

    @Test(
        "A discounted payment at a shop without discounts waits for a person",
        arguments: PaymentSandbox.Provider.allCases)
    func notAllowed(kind: PaymentSandbox.Provider) async throws {
        // The shop allowed discounts for the purchase that is paid first, but not for the second one.
        let counter = try SampleShop(for: .coupon, at: kind)
        let opened = try await counter.make(.coupon)
        #expect(await counter.deliver().isEmpty)
        let record = try #require(await counter.record(opened.purchase))
        #expect(record.position.credits == 100 && record.purchase.allowsDiscounts)
        let strict = Sale.purchase(at: kind.rawValue, price: record.purchase.price)
        let position = Purchase.Position(of: strict, given: record.facts.filter(\.isPaid))
        #expect(position.credits == .zero && position.flags == [.amountMismatch])
    }
}

extension Purchase.Fact {
    fileprivate var isPaid: Bool {
        if case .paid = self { true } else { false }
    }
}
