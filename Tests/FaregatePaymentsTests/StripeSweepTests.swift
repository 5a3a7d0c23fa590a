import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Every field of every event is left out and replaced by every wrong value, in turn. A quick run
/// has about one of these for each field.
@Suite(.endsWhenStuck) struct StripeSweepTests {
    struct Fixture: Sendable, CustomTestStringConvertible {
        let name: String
        let event: JSON
        /// Whether the purchase was paid before.
        let isPaid: Bool

        var testDescription: String { name }

        init(_ type: String, _ object: JSON, _ version: StripeJSON.Version = .newest, paid isPaid: Bool = true) {
            name = "\(type), \(version.rawValue)"
            event = StripeJSON.event(type, object, id: "evt_2", version: version)
            self.isPaid = isPaid
        }
    }

    static let fixtures: [Fixture] = [
        Fixture("checkout.session.completed", StripeJSON.session(), paid: false),
        Fixture(
            "checkout.session.completed",
            StripeJSON.session(["payment_intent": ["id": "pi_1", "latest_charge": StripeJSON.charge()]]),
            .of2024,
            paid: false
        ),
        Fixture("checkout.session.completed", StripeJSON.session(["payment_status": "unpaid"]), paid: false),
        Fixture("checkout.session.async_payment_succeeded", StripeJSON.session(), paid: false),
        Fixture(
            "checkout.session.async_payment_failed",
            StripeJSON.session(["payment_status": "unpaid"]),
            paid: false
        ),
        Fixture("checkout.session.expired", StripeJSON.session(["payment_status": "unpaid"]), paid: false),
        Fixture("refund.created", StripeJSON.refund()),
        Fixture("refund.updated", StripeJSON.refund("re_1", 400, "canceled")),
        Fixture("refund.failed", StripeJSON.refund("re_1", 400, "failed")),
        Fixture("charge.refund.updated", StripeJSON.refund("re_1", 400, version: .of2017), .of2017),
        Fixture("charge.refunded", StripeJSON.charge(refunded: 400)),
        Fixture("charge.refunded", StripeJSON.charge(refunded: 400, [StripeJSON.refund()], version: .of2022), .of2022),
        Fixture(
            "charge.refunded",
            StripeJSON.charge(refunded: 400, [StripeJSON.refund(version: .of2017)], version: .of2017),
            .of2017
        ),
        Fixture("charge.succeeded", StripeJSON.charge()),
        Fixture("charge.dispute.created", StripeJSON.dispute("warning_needs_response")),
        Fixture("charge.dispute.funds_withdrawn", StripeJSON.dispute("needs_response", moved: [-1000])),
        Fixture("charge.dispute.funds_reinstated", StripeJSON.dispute("won", moved: [-1000, 1000])),
        Fixture("charge.dispute.closed", StripeJSON.dispute("lost", moved: [-1000])),
    ]

    /// - Returns: the answer's status, and the credits before and after.
    private func deliver(_ event: JSON, after fixture: Fixture) async throws -> (Int, before: Credits, after: Credits) {
        let shop = try await Shop.open()
        if fixture.isPaid {
            let paid = StripeJSON.event("checkout.session.completed", StripeJSON.session())
            let answer = try await shop.receive(paid)
            try #require(answer.status == 200)
        }
        let before = shop.credits
        let status = try await shop.receive(event).status
        return (status, before, shop.credits)
    }

    @Test(
        "A field of the wrong type crashes nothing and never grants more than the intact event would",
        arguments: fixtures
    )
    func sweep(fixture: Fixture) async throws {
        let sound = try await deliver(fixture.event, after: fixture)
        #expect(sound.0 == 200)
        let most = max(sound.before, sound.after)
        let all = fixture.event.harmed
        #expect(all.count > 300)
        for (place, harmed) in Depth.sample(all, quick: fixture.event.paths.count / 2) {
            let (status, _, after) = try await deliver(harmed, after: fixture)
            #expect(status == 200 || status == 400, "\(place)")
            #expect(after <= most, "\(place)")
        }
    }

    @Test("A damaged event that was accepted and then arrives intact ends like the intact one", arguments: fixtures)
    func mended(fixture: Fixture) async throws {
        let sound = try await deliver(fixture.event, after: fixture)
        let shop = try await Shop.open()
        if fixture.isPaid {
            _ = try await shop.receive(StripeJSON.event("checkout.session.completed", StripeJSON.session()))
        }
        let object = fixture.event["data", "object"]
        let harm: [String: JSON?] = ["amount_total": "much", "amount": -1, "amount_refunded": nil]
        _ = try await shop.receive(fixture.event.with(["id": "evt_3", "data": ["object": object.with(harm)]]))
        _ = try await shop.receive(fixture.event)
        #expect(shop.credits == sound.after)
    }
}
