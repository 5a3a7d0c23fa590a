import Faregate
import FaregateBooks
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Webhooks with a real ledger: the file's content after every kind of delivery.
@Suite(.endsWhenStuck) struct FulfilmentTests {
    private static let completed = StripeJSON.event("checkout.session.completed", StripeJSON.session())

    private func completed(_ changes: [String: JSON?]) -> JSON {
        StripeJSON.event("checkout.session.completed", StripeJSON.session(changes))
    }

    @Test("Fifty concurrent deliveries of one event grant its credits once")
    func atOnce() async throws {
        try await withStore { store in
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await store.deliver(Self.completed) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == Array(repeating: 200, count: 50))
            let balance = try await store.balance()
            #expect(balance?.sources == [.plan: 50, .purchase: 100])
            let row = try store.sqlite("SELECT state, deliveries FROM inbox")
            #expect(row == "done|50")
        }
    }

    @Test("Four events that report one payment grant its credits once")
    func oneFact() async throws {
        try await withStore { store in
            for number in 1...4 {
                let late = "checkout.session.async_payment_succeeded"
                let event = Self.completed.with([
                    "id": .text("evt_\(number)"), "type": number == 2 ? .text(late) : Self.completed["type"],
                ])
                let status = try await store.deliver(event)
                #expect(status == 200)
            }
            let balance = try await store.balance()
            #expect(balance?.sources[.purchase] == 100)
        }
    }

    @Test("An event that can't be acted on is stored and acknowledged, and grants when it is retried")
    func failureToAct() async throws {
        try await withStore { store in
            _ = try store.sqlite(Store.fault)
            let answer = try await store.deliver(Self.completed)
            #expect(answer == 200)
            let waiting = try store.sqlite("SELECT state, attempts FROM inbox")
            #expect(waiting == "pending|1")
            let before = try await store.balance()
            #expect(before?.sources == [.plan: 50])
            guard case .received(_, _, .postponed) = store.events.all.last else {
                Issue.record("the observer saw \(store.events.all)")
                return
            }

            _ = try store.sqlite("DROP TRIGGER fault")
            let payments = try store.payments()
            let early = try await payments.retryDue()
            #expect(early == 0)
            store.clock.advance(milliseconds: 3_600_000)
            let tried = try await payments.retryDue()
            #expect(tried == 1)
            let after = try await store.balance()
            #expect(after?.sources == [.plan: 50, .purchase: 100])
            let row = try store.sqlite("SELECT state, deliveries, attempts FROM inbox")
            #expect(row == "done|1|2")
            let again = try await payments.retryDue()
            #expect(again == 0)
        }
    }

    @Test("A waiting event is retried at once when Stripe sends it again")
    func sentAgain() async throws {
        try await withStore { store in
            _ = try store.sqlite(Store.fault)
            _ = try await store.deliver(Self.completed)
            _ = try store.sqlite("DROP TRIGGER fault")
            let again = try await store.deliver(Self.completed)
            #expect(again == 200)
            let balance = try await store.balance()
            #expect(balance?.sources[.purchase] == 100)
        }
    }

    @Test("The payments loop retries a waiting event until it is done or the task is cancelled")
    func loop() async throws {
        try await withStore { store in
            _ = try store.sqlite(Store.fault)
            _ = try await store.deliver(Self.completed)
            let payments = try store.payments()
            let loop = Task { await payments.run(pause: .seconds(1)) }
            await store.clock.waitForSleeper()
            _ = try store.sqlite("DROP TRIGGER fault")
            store.clock.advance(milliseconds: 3_600_000)
            while !store.events.all.contains(where: { if case .retried = $0 { true } else { false } }) {
                await Task.yield()
            }
            await store.clock.waitForSleeper()
            let balance = try await store.balance()
            #expect(balance?.sources[.purchase] == 100)
            loop.cancel()
            await loop.value
        }
    }

    @Test(
        "A payment that doesn't fit its purchase is stored and grants nothing",
        arguments: [
            (["amount_total": 999], "done|1"), (["amount_total": 1001], "done|1"), (["amount_total": 0], "done|1"),
            (["currency": "eur"], "done|1"), (["amount_total": -1000], "flagged|0"),
            (["amount_total": .raw("1e300")], "flagged|0"), (["amount_total": nil], "flagged|0"),
            (["currency": nil], "flagged|0"),
            (
                ["id": "cs_other", "metadata": .object([:]), "client_reference_id": nil, "payment_intent": "pi_2"],
                "not ours|0"
            ),
            (["id": "cs_other"], "not ours|0"),
        ] as [([String: JSON?], String)]
    )
    func misfits(changes: [String: JSON?], kept: String) async throws {
        try await withStore { store in
            let status = try await store.deliver(completed(changes))
            #expect(status == 200)
            let row = try store.sqlite("SELECT (SELECT state FROM inbox), (SELECT flagged FROM purchases)")
            #expect(row == kept)
            let balance = try await store.balance()
            #expect(balance?.sources == [.plan: 50])
        }
    }

    @Test("A checkout whose answer was lost is found by its metadata")
    func lostAnswer() async throws {
        try await withStore(attaching: nil) { store in
            let status = try await store.deliver(Self.completed)
            #expect(status == 200)
            let balance = try await store.balance()
            #expect(balance?.sources[.purchase] == 100)
        }
    }

    @Test("A refund that arrives before its payment takes back the credits that the payment then grants")
    func refundFirst() async throws {
        try await withStore { store in
            let refund = StripeJSON.event("refund.created", StripeJSON.refund(), id: "evt_2")
            let first = try await store.deliver(refund)
            #expect(first == 200)
            let early = try store.sqlite("SELECT state FROM inbox")
            #expect(early == "not ours")
            _ = try await store.deliver(Self.completed)
            let balance = try await store.balance()
            #expect(balance?.sources[.purchase] == 60)
            let settled = try store.sqlite("SELECT group_concat(state) FROM inbox")
            #expect(settled == "done,done")
        }
    }

    @Test("Every story ends in the ledger as it should, and the audit passes", arguments: StripeStoryTests.stories)
    func stories(story: StripeStoryTests.Story) async throws {
        try await withStore { store in
            for (index, event) in story.events.enumerated().reversed() {
                let status = try await store.deliver(
                    StripeJSON.event(event.type, event.object, id: "evt_\(index)", version: story.version)
                )
                #expect(status == 200)
            }
            let record = try #require(try await store.ledger.purchases(.one(Shop.purchase)).first)
            #expect(record.position.credits == story.credits)
            #expect(record.position.status == story.status)
            let balance = try await store.balance()
            #expect(balance?.sources[.purchase] == story.credits)
            let audit = try await store.ledger.audit()
            #expect(audit.isClean)
        }
    }

    @Test("A forged webhook changes nothing")
    func forged() async throws {
        try await withStore { store in
            let answer = try await store.deliver(Self.completed, secret: "whsec_guess")
            #expect(answer == 400)
            let inbox = try store.sqlite("SELECT count(*) FROM inbox")
            #expect(inbox == "0")
        }
    }

    @Test("An event of a provider that is no longer set up is flagged and kept")
    func formerProvider() async throws {
        try await withStore { store in
            _ = try store.sqlite(Store.fault)
            _ = try await store.deliver(Self.completed)
            store.clock.advance(milliseconds: 3_600_000)
            let events = store.events
            let without = Payments(
                providers: [], ledger: Ledger(store.ledger), policies: Shop.policy, clock: store.clock
            ) {
                events.add($0)
            }
            let tried = try await without.retryDue()
            #expect(tried == 1)
            let row = try store.sqlite("SELECT state, note FROM inbox")
            #expect(row == "flagged|its payment provider is not set up on this server")
        }
    }
}
