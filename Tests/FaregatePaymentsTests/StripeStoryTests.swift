import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Whole stories of one purchase at Stripe: they end the same, however their events are shuffled and repeated.
@Suite(.endsWhenStuck) struct StripeStoryTests {
    struct Story: Sendable, CustomTestStringConvertible {
        let name: String
        let events: [(type: String, object: JSON)]
        let credits: Credits
        let status: Purchase.Status
        var version = StripeJSON.Version.newest

        var testDescription: String { name }
    }

    private static let paid = ("checkout.session.completed", StripeJSON.session())
    private static let unpaid = ("checkout.session.completed", StripeJSON.session(["payment_status": "unpaid"]))

    private static func refund(_ type: String, _ id: String, _ amount: Int64, _ status: String) -> (String, JSON) {
        ("refund.\(type)", StripeJSON.refund(id, amount, status))
    }

    private static func dispute(_ type: String, _ status: String, _ moved: [Int64] = []) -> (String, JSON) {
        ("charge.dispute.\(type)", StripeJSON.dispute(status, moved: moved))
    }

    static let stories: [Story] = [
        Story(
            name: "paid later, told by two events",
            events: [
                unpaid, ("checkout.session.async_payment_succeeded", StripeJSON.session()),
                ("charge.succeeded", StripeJSON.charge()), ("payment_intent.succeeded", ["id": "pi_1"]),
            ],
            credits: 100,
            status: .paid
        ),
        Story(
            name: "never paid",
            events: [
                unpaid,
                ("checkout.session.async_payment_failed", StripeJSON.session(["payment_status": "unpaid"])),
            ],
            credits: 0,
            status: .failed
        ),
        Story(
            name: "expired",
            events: [
                ("checkout.session.expired", StripeJSON.session(["payment_status": "unpaid", "payment_intent": nil]))
            ],
            credits: 0,
            status: .expired
        ),
        Story(
            name: "refunded in parts, told in both families",
            events: [
                paid, refund("created", "re_1", 300, "succeeded"),
                ("charge.refunded", StripeJSON.charge(refunded: 300)),
                refund("created", "re_2", 205, "pending"), refund("updated", "re_2", 205, "succeeded"),
                ("charge.refunded", StripeJSON.charge(refunded: 505)),
            ],
            credits: 50,
            status: .partlyRefunded
        ),
        Story(
            name: "refunded in parts as in 2022, by running totals that list their refunds",
            events: [
                paid,
                (
                    "charge.refunded",
                    StripeJSON.charge(refunded: 300, [StripeJSON.refund("re_1", 300)], version: .of2022)
                ),
                (
                    "charge.refunded",
                    StripeJSON.charge(
                        refunded: 1000,
                        [StripeJSON.refund("re_2", 700), StripeJSON.refund("re_1", 300)],
                        version: .of2022
                    )
                ),
                ("charge.refund.updated", StripeJSON.refund("re_2", 700, "succeeded")),
            ],
            credits: 0,
            status: .refunded,
            version: .of2022
        ),
        Story(
            name: "a refund that fails",
            events: [
                paid, refund("created", "re_1", 1000, "pending"),
                ("charge.refunded", StripeJSON.charge(refunded: 1000)),
                refund("updated", "re_1", 1000, "failed"), refund("failed", "re_1", 1000, "failed"),
            ],
            credits: 100,
            status: .paid
        ),
        Story(
            name: "an inquiry that leads to nothing",
            events: [
                paid, dispute("created", "warning_needs_response"), dispute("updated", "warning_under_review"),
                dispute("closed", "warning_closed"),
            ],
            credits: 100,
            status: .paid
        ),
        Story(
            name: "a dispute that is won",
            events: [
                paid, dispute("created", "needs_response"), dispute("funds_withdrawn", "needs_response", [-1000]),
                dispute("updated", "under_review", [-1000]), dispute("funds_reinstated", "won", [-1000, 1000]),
                dispute("closed", "won", [-1000, 1000]),
            ],
            credits: 100,
            status: .paid
        ),
        Story(
            name: "a dispute that is lost, after a refund",
            events: [
                paid, refund("created", "re_1", 100, "succeeded"), dispute("created", "needs_response"),
                dispute("funds_withdrawn", "needs_response", [-1000]), dispute("closed", "lost", [-1000]),
            ],
            credits: 0,
            status: .chargedBack
        ),
        Story(
            name: "a dispute that is lost after a refund, the refunded part of it given back",
            events: [
                paid, refund("created", "re_1", 100, "succeeded"), dispute("created", "needs_response"),
                dispute("funds_withdrawn", "needs_response", [-1000]),
                dispute("funds_reinstated", "lost", [-1000, 100]), dispute("closed", "lost", [-1000, 100]),
            ],
            credits: 0,
            status: .chargedBack
        ),
    ]

    private func end(
        of story: Story,
        _ deliveries: [Int],
        openedAfter: Int = 0
    ) async throws -> Purchase.Position {
        let shop = Shop()
        let stripe = try shop.provider()
        for (number, index) in deliveries.enumerated() {
            if number == openedAfter {
                try await shop.ledger.memory.record(Shop.sold(), under: .empty, at: shop.clock.now)
            }
            let (type, object) = story.events[index]
            let event = StripeJSON.event(type, object, id: "evt_\(index)", version: story.version)
            let inbox = Inbox.Event(
                id: Inbox.Event.ID(provider: "stripe", event: "evt_\(index)"),
                type: type,
                body: event.data
            )
            let receipt = try await shop.ledger.receive(inbox, reading: stripe.read(inbox), at: shop.clock.now)
            if case .flagged(let reason) = receipt, number >= openedAfter,
                !deliveries[..<number].contains(where: isPaid(story))
            {
                // Until the checkout names the purchase, the refund belongs to no purchase.
                #expect(reason == "no purchase on record has any of its names")
            }
        }
        return try #require(try await shop.record).position
    }

    private func isPaid(_ story: Story) -> (Int) -> Bool {
        { story.events[$0].type.hasPrefix("checkout.session") }
    }

    @Test(
        "A story ends the same whatever the order of its events and however often they are repeated", arguments: stories
    )
    func anyOrder(story: Story) async throws {
        let order = Array(story.events.indices)
        let told = try await end(of: story, order)
        #expect(told.credits == story.credits)
        #expect(told.status == story.status)
        #expect(told.flags.isEmpty)
        var generator = SeededGenerator(seed: 20_261_121)
        for round in 0..<40 {
            let deliveries = (order + order.filter { _ in Bool.random(using: &generator) }).shuffled(using: &generator)
            let end = try await end(of: story, deliveries)
            #expect(end == told, "round \(round): \(deliveries)")
        }
    }

    @Test("A story of signed, concurrent and repeated webhooks ends the same", arguments: stories)
    func throughTheEndpoint(story: Story) async throws {
        let shop = try await Shop.open()
        let bodies = story.events.enumerated().map { index, event in
            StripeJSON.event(event.type, event.object, id: "evt_\(index)", version: story.version)
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for body in bodies + bodies.reversed() { group.addTask { try await shop.receive(body).status } }
            for try await status in group { #expect(status == 200) }
        }
        let record = try #require(try await shop.record)
        #expect(record.position.credits == story.credits)
        #expect(record.position.status == story.status)
    }
}
