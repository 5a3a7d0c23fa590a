import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Whole stories of one order: they end the same, whatever the order of their events and however often they are
/// repeated.
@Suite(.endsWhenStuck) struct DodoStoryTests {
    struct Story: Sendable, CustomTestStringConvertible {
        let events: [String]
        let credits: Credits
        let status: Purchase.Status

        init(_ events: [String], _ credits: Credits, _ status: Purchase.Status) {
            self.events = events
            self.credits = credits
            self.status = status
        }

        var testDescription: String { events.joined(separator: ", ") }
    }

    static let all: [Story] = [
        Story(["paid"], 100, .paid),
        Story(["on its way"], 0, .pending),
        Story(["on its way", "paid"], 100, .paid),
        Story(["on its way", "failed"], 0, .failed),
        Story(["failed", "on its way", "paid"], 100, .paid),
        Story(["given up"], 0, .failed),
        Story(["paid less"], 0, .held),
        // 300 of 1200 is a quarter.
        Story(["paid", "refunded in part"], 75, .partlyRefunded),
        Story(["paid", "refunded"], 0, .refunded),
        Story(["paid", "refund failed"], 100, .paid),
        Story(["paid", "refunded in part", "refund failed"], 100, .paid),
        Story(["paid", "disputed"], 0, .chargedBack),
        Story(["paid", "disputed", "challenged"], 0, .chargedBack),
        Story(["paid", "disputed", "challenged", "won"], 100, .paid),
        Story(["paid", "disputed", "challenged", "lost"], 0, .chargedBack),
        Story(["paid", "disputed", "lost", "won"], 100, .paid),
        Story(["paid", "disputed", "cancelled"], 100, .paid),
        Story(["paid", "disputed", "accepted"], 0, .chargedBack),
        Story(["paid", "disputed", "expired"], 0, .chargedBack),
        Story(["paid", "lost"], 0, .chargedBack),
        Story(["paid", "disputed", "refunded"], 0, .chargedBack),
        Story(["paid", "disputed", "refunded", "won"], 0, .refunded),
        Story(["paid", "refunded in part", "disputed", "won"], 75, .partlyRefunded),
        // The second round is what counts.
        Story(["paid", "disputed", "won", "contested"], 0, .chargedBack),
        Story(["paid", "disputed", "won", "contested", "lost at last"], 0, .chargedBack),
        Story(["paid", "disputed", "lost", "contested", "won at last"], 100, .paid),
        Story(["paid", "challenged", "contested", "won at last"], 100, .paid),
        // Somebody made the product a subscription, so the later charges are not ours.
        Story(["paid", "renewed"], 100, .paid),
        Story(["renewed"], 0, .opened),
        Story(["paid", "refunded", "renewed"], 0, .refunded),
        Story(["paid", "subscribed", "paid out"], 100, .paid),
    ]

    @Test("A story ends the same whatever the order of its events and however often they are repeated", arguments: all)
    func stories(story: Story) throws {
        let readings = try story.events.map { try DodoFixture.read(DodoFixture.events[$0] ?? .null) }
        #expect(!readings.contains { if case .unreadable = $0 { true } else { false } })
        for order in permutations(readings) {
            for told in [order, order + order, order.flatMap { [$0, $0] }, order + order.reversed()] {
                let position = DodoOrder(told).position
                #expect(position.credits == story.credits)
                #expect(position.status == story.status)
            }
        }
    }

    @Test("A lookup adds nothing to what the events reported")
    func askedToo() async throws {
        let payment = DodoFixture.payment
            .setting(["refunds"], to: [DodoFixture.refund])
            .setting(["disputes"], to: [DodoFixture.disputed("lost")])
        let dodo = FakeDodo([
            "GET /checkouts/cks_1": [
                .json(["id": "cks_1", "created_at": "2026-01-01T00:00:00Z", "payment_id": "pay_1"])
            ],
            "GET /payments/pay_1": [.json(payment)],
        ])
        let asked = try #require(try await DodoFixture.provider(at: dodo).look(up: "cks_1"))
        let told = try ["paid", "refunded in part", "disputed", "lost"].map {
            try DodoFixture.read(DodoFixture.events[$0] ?? .null)
        }
        let both = DodoOrder(told + [.facts(asked)]).position
        #expect(DodoOrder([.facts(asked)]).position == both)
        #expect(DodoOrder(told).position == both)
        #expect(both.credits == 0)
    }

    @Test("Random events of all kinds end the same in every order")
    func anyEvents() throws {
        let names = DodoFixture.events.keys.sorted()
        let readings = try names.map { try DodoFixture.read(DodoFixture.events[$0] ?? .null) }
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let chosen = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                Int.random(in: readings.indices, using: &generator)
            }
            let ends = (0..<6).map { _ in
                DodoOrder(chosen.shuffled(using: &generator).map { readings[$0] }).position
            }
            #expect(Set(ends).count == 1, "\(chosen.map { names[$0] })")
        }
    }

    private func permutations<Element>(_ elements: [Element]) -> [[Element]] {
        guard elements.count > 1 else { return [elements] }
        return elements.indices.flatMap { i in
            var rest = elements
            let first = rest.remove(at: i)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
