import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// The endpoint's answers, and the ledger's content afterwards.
@Suite struct PaymentsReceiveTests {
    private let event = Inbox.Event.ID(provider: "stripe", event: "evt_1")
    private let completed = StripeJSON.event("checkout.session.completed", StripeJSON.session())

    @Test("A paid checkout is credited, and its event is stored byte by byte")
    func paid() async throws {
        let shop = try await Shop.open()
        let answer = try await shop.receive(completed)
        #expect(answer.status == 200 && answer.body.isEmpty && answer.headers.isEmpty)
        #expect(shop.credits == 100)
        let entry = try #require(try await shop.ledger.memory.inbox(.one(event)).first)
        #expect(entry.event.body == completed.data)
        #expect(entry.event.type == "checkout.session.completed")
        #expect(entry.state == .done)
        guard case .received(event, "checkout.session.completed", .done(let changes)) = shop.events.all.first else {
            Issue.record("the observer saw \(shop.events.all)")
            return
        }
        #expect(changes.map(\.purchase) == [Shop.purchase])
    }

    @Test("A repeated event is not acted on again")
    func again() async throws {
        let shop = try await Shop.open()
        for _ in 1...3 {
            let answer = try await shop.receive(completed)
            #expect(answer.status == 200)
        }
        #expect(shop.credits == 100)
        guard case .received(event, _, .repeated) = shop.events.all.last else {
            Issue.record("the observer saw \(shop.events.all)")
            return
        }
    }

    @Test("A checkout whose answer was lost is found by its metadata")
    func lostAnswer() async throws {
        let shop = try await Shop.open(attached: false)
        let answer = try await shop.receive(completed)
        #expect(answer.status == 200)
        #expect(shop.credits == 100)
    }

    @Test(
        "A payment that doesn't fit its purchase is stored and flagged, grants nothing, and is not sent again",
        arguments: [
            (["amount_total": 999], "amount mismatch"), (["amount_total": 1001], "amount mismatch"),
            (["amount_total": 0, "payment_status": "no_payment_required"], "amount mismatch"),
            (["currency": "eur"], "amount mismatch"),
        ] as [([String: JSON?], String)]
    )
    func mismatch(changes: [String: JSON?], flag: String) async throws {
        let shop = try await Shop.open()
        let answer = try await shop.receive(
            StripeJSON.event("checkout.session.completed", StripeJSON.session(changes))
        )
        #expect(answer.status == 200)
        #expect(shop.credits == 0)
        let record = try #require(try await shop.record)
        #expect(record.position.flags.map(\.rawValue) == [flag])
        #expect(record.position.status == .held)
    }

    @Test("A payment for an unknown checkout is noted as not ours, without its body")
    func unknown() async throws {
        let shop = try await Shop.open()
        let stranger: [String: JSON?] = [
            "id": "cs_other", "payment_intent": "pi_other", "metadata": .object([:]), "client_reference_id": nil,
        ]
        let answer = try await shop.receive(
            StripeJSON.event("checkout.session.completed", StripeJSON.session(stranger))
        )
        #expect(answer.status == 200)
        #expect(shop.credits == 0)
        let entry = try #require(try await shop.ledger.memory.inbox(.one(event)).first)
        #expect(entry.state == .notOurs && entry.event.body.isEmpty)
    }

    @Test("An event that can't be read is stored and flagged")
    func unreadable() async throws {
        let shop = try await Shop.open()
        let answer = try await shop.receive(
            StripeJSON.event("checkout.session.completed", StripeJSON.session(["amount_total": "much"]))
        )
        #expect(answer.status == 200)
        let entry = try #require(try await shop.ledger.memory.inbox(.one(event)).first)
        #expect(entry.state == .flagged)
        #expect(entry.note == "its amount_total is not an amount")
    }

    @Test("An event that needs no action is stored as done")
    func nothing() async throws {
        let shop = try await Shop.open()
        let answer = try await shop.receive(StripeJSON.event("customer.created", ["id": "cus_1"]))
        #expect(answer.status == 200)
        let entry = try #require(try await shop.ledger.memory.inbox(.one(event)).first)
        #expect(entry.state == .done)
    }

    @Test("An event that can't be stored is sent again and then adds its credits")
    func notStored() async throws {
        let shop = try await Shop.open()
        shop.ledger.fail(.receive)
        let failed = try await shop.receive(completed)
        #expect(failed.status == 503)
        #expect(failed.headers.contains { $0.name == "Retry-After" })
        #expect(shop.credits == 0)
        guard case .notStored(event, _, _) = shop.events.all.last else {
            Issue.record("the observer saw \(shop.events.all)")
            return
        }
        let again = try await shop.receive(completed)
        #expect(again.status == 200)
        #expect(shop.credits == 100)
    }

    @Test("A provider that isn't set up is not found", arguments: ["paypal", "", "Stripe", "stripe/", "dodo\r\nX: y"])
    func unknownProvider(name: String) async throws {
        let shop = try await Shop.open()
        let answer = try await shop.payments().receive(provider: name, headers: [], body: completed.data)
        #expect(answer.status == 404)
        #expect(shop.ledger.steps.isEmpty)
        guard case .refused(nil, _) = shop.events.all.last else {
            Issue.record("the observer saw \(shop.events.all)")
            return
        }
    }

    @Test("No answer and no observed event contains the body or the secrets")
    func secrecy() async throws {
        let shop = try await Shop.open()
        shop.ledger.fail(.receive)
        var bodies: [Data] = []
        for changes: [String: JSON?] in [[:], ["id": nil], ["amount_total": 1]] {
            let event = StripeJSON.event("checkout.session.completed", StripeJSON.session(changes))
            bodies.append(try await shop.receive(event).body)
        }
        bodies.append(try await shop.receive(Data("private@example.com".utf8)).body)
        let texts = bodies.map { String(decoding: $0, as: UTF8.self) } + shop.events.all.map { String(reflecting: $0) }
        // Four webhooks, and one change: the payment of another amount, which waits for a person.
        #expect(shop.events.all.count == 6)
        for text in texts {
            #expect(!text.contains("private") && !text.contains("whsec") && !text.contains("do_not_show"))
        }
    }

    @Test("Fifty concurrent deliveries of one event grant its credits once")
    func atOnce() async throws {
        let shop = try await Shop.open()
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await shop.receive(completed).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: 200, count: 50))
        #expect(shop.credits == 100)
        let entry = try #require(try await shop.ledger.memory.inbox(.one(event)).first)
        #expect(entry.deliveries == 50)
    }
}
