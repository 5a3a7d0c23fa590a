import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// The reading of each event.
@Suite struct DodoReadingTests {
    static let names = Purchase.Names(purchase: "pur_1", checkout: "cks_1", payments: ["pay_1"])
    static let billing = Purchase.BillingDetails(
        name: "Ada Lovelace",
        email: "ada@example.com",
        address: ["12 St James's Square", "London", "SW1Y 4JH", "Greater London", "GB"],
        receipt: URL(string: "https://test.dodopayments.com/invoices/payments/pay_1")
    )

    private static func usd(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: "USD") }

    private func facts(of event: String) throws -> [Purchase.Event] {
        let event = try #require(DodoFixture.events[event])
        guard case .facts(let events) = try DodoFixture.read(event) else { return [] }
        return events
    }

    @Test(
        "A payment is read with all its names and with who paid",
        arguments: [
            ("on its way", Purchase.Fact.pending(payment: "pay_1")),
            ("failed", .paymentFailed(payment: "pay_1")),
            ("given up", .paymentFailed(payment: "pay_1")),
        ]
    )
    func payments(event: String, fact: Purchase.Fact) throws {
        let events = try facts(of: event)
        #expect(events == [Purchase.Event(names: Self.names, fact: fact, billing: Self.billing)])
    }

    @Test("A payment reports its cart before it reports that it is paid")
    func carts() throws {
        for (event, amount) in [("paid", Int64(1200)), ("paid less", 900)] {
            let events = try facts(of: event)
            let paid = Purchase.Fact.paid(payment: "pay_1", amount: Self.usd(amount), tax: 200)
            #expect(
                events == [
                    Purchase.Event(names: Self.names, fact: .bought("pdt_small", 1, "pay_1")),
                    Purchase.Event(names: Self.names, fact: paid, billing: Self.billing),
                ]
            )
        }
    }

    @Test("A renewal is known by its own id only, although it carries the first payment's metadata and checkout")
    func renewals() throws {
        let events = try facts(of: "renewed")
        let fact = Purchase.Fact.paid(payment: "pay_renewal", amount: Self.usd(1200), tax: 200)
        let names = Purchase.Names(payments: ["pay_renewal"])
        #expect(events == [Purchase.Event(names: names, fact: fact, billing: Self.billing)])
    }

    @Test(
        "A refund or dispute is known by its payment's id",
        arguments: [
            (
                "refunded in part",
                [Purchase.Fact.refund(id: "ref_1", payment: "pay_1", amount: usd(300), .succeeded)]
            ),
            ("refunded", [.refund(id: "ref_1", payment: "pay_1", amount: nil, .succeeded)]),
            ("refund failed", [.refund(id: "ref_1", payment: "pay_1", amount: nil, .failed)]),
            ("disputed", [.dispute(id: "dp_1", payment: "pay_1", amount: usd(1200), .withdrawn)]),
            ("challenged", [.dispute(id: "dp_1", payment: "pay_1", amount: usd(1200), .withdrawn)]),
            ("accepted", [.dispute(id: "dp_1", payment: "pay_1", amount: usd(1200), .lost)]),
            ("expired", [.dispute(id: "dp_1", payment: "pay_1", amount: usd(1200), .lost)]),
            ("lost", [.dispute(id: "dp_1", payment: "pay_1", amount: usd(1200), .lost)]),
            ("cancelled", [.dispute(id: "dp_1", payment: "pay_1", amount: usd(1200), .reinstated)]),
            ("won", [.dispute(id: "dp_1", payment: "pay_1", amount: usd(1200), .won)]),
            (
                "lost at last",
                [
                    .dispute(id: "dp_1", payment: "pay_1", amount: nil, .reinstated),
                    .dispute(id: "dp_1/pre_arbitration", payment: "pay_1", amount: usd(1200), .lost),
                ]
            ),
        ]
    )
    func refundsAndDisputes(event: String, facts: [Purchase.Fact]) throws {
        let events = try self.facts(of: event)
        #expect(events == facts.map { Purchase.Event(names: Purchase.Names(payments: ["pay_1"]), fact: $0) })
    }

    @Test(
        "An event of any other type reports nothing",
        arguments: [
            "subscription.active", "subscription.renewed", "license_key.created", "payout.success", "credit.added",
            "abandoned_checkout.detected", "dunning.started", "entitlement_grant.created", "payment.refunded",
            "payment", "payment.", "Payment.succeeded", "payment.succeeded.again", "refund.created", "dispute.",
            "dispute.dispute_won", "xpayment.succeeded",
        ]
    )
    func otherTypes(type: String) throws {
        let full = try DodoFixture.read(DodoFixture.event(type, DodoFixture.payment))
        let bare = try DodoFixture.read(["type": .text(type)])
        #expect(full == .nothing)
        #expect(bare == .nothing)
    }

    @Test("A stored body that is not an event is unreadable", arguments: ["", "null", "[]", "{}", "{", "\"x\""])
    func noEvent(body: String) throws {
        let reading = try DodoFixture.read(body)
        #expect(reading == .unreadable("the body is not an event of Dodo Payments", nil))
    }

    @Test("A verified webhook is read like a stored one, under the webhook's id")
    func verified() throws {
        let clock = ImpatientClock()
        for event in DodoFixture.events.values {
            let body = Data(event.text.utf8)
            let headers = try ProviderKit.StandardWebhooks.sign(
                body: body,
                id: "msg_1",
                secret: try Secret(DodoFixture.secret),
                at: clock.now
            )
            let verified = try DodoFixture.provider().verify(headers: headers, body: body, at: clock.now)
            #expect(verified.event.id == Inbox.Event.ID(provider: "dodo", event: "msg_1"))
            #expect(event["type"] == .text(verified.event.type))
            #expect(verified.event.body == body)
            let reading = try DodoFixture.provider().read(verified.event)
            #expect(verified.reading == reading)
        }
    }
}
