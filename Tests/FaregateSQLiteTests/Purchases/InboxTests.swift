import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("The inbox") struct InboxTests {
    @Test("The inbox keeps an event that can't be processed, and retries at growing intervals")
    func postponed() async throws {
        try await withTill { till in
            let database = try RawDatabase(till.ledger.path)
            try database.execute(
                "CREATE TRIGGER fault BEFORE INSERT ON grants BEGIN SELECT RAISE(ABORT, 'no grants today'); END"
            )
            var waits: [Int64] = []
            for _ in 1...9 {
                let receipt = try await till.receive("evt", [.paid()])
                guard case .postponed(let reason, let until) = receipt else { throw TestFailure("\(receipt)") }
                #expect(reason.contains("no grants today"))
                waits.append(until.milliseconds(since: newYear) / minute)
            }
            #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60])
            let entry = try #require(try await till.entry("evt"))
            #expect(entry.state == .pending && entry.attempts == 9 && entry.deliveries == 9)
            #expect(entry.event == .test("evt"))
            let facts = try database.integer("SELECT count(*) FROM facts")
            #expect(facts == 0, "what was half done is undone")
            let early = try await till.ledger.inbox(.due(at: newYear, count: 10))
            #expect(early.isEmpty)
            let due = try await till.ledger.inbox(.due(at: newYear.advanced(byMilliseconds: hour), count: 10))
            #expect(due.map(\.event.id.event) == ["evt"])

            // One that waits stays kept where its provider is not set up, and nothing of it can be read.
            _ = try await till.receive("evt_away", [.paid()])
            let away = Inbox.Reading.unreadable("not set up", nil)
            let id = Inbox.Event.ID(provider: "stripe", event: "evt_away")
            #expect(try await till.ledger.retry(id, reading: away, at: newYear) == .flagged("not set up"))
            #expect(try await till.entry("evt_away")?.event == .test("evt_away"))

            try database.execute("DROP TRIGGER fault")
            let receipt = try await till.receive("evt", [.paid()])
            guard case .done = receipt else { throw TestFailure("\(receipt)") }
            try await till.expectWorth(100)
            let done = try #require(try await till.entry("evt"))
            #expect(done.state == .done && done.note == nil && done.retryAt == nil)
            try await till.expectRightBooks()
        }
    }

    @Test("The inbox flags an unreadable event, and applies a later reading of it")
    func unreadable() async throws {
        try await withTill { till in
            let reading = Inbox.Reading.unreadable("no amount", Purchase.Names(checkout: "cs_1"))
            let unreadable = try await till.ledger.receive(.test("evt"), reading: reading, at: newYear)
            #expect(unreadable == .flagged("no amount"))
            let entry = try #require(try await till.entry("evt"))
            #expect(entry.state == .flagged && entry.note == "no amount" && entry.retryAt == nil)
            #expect(entry.event == .test("evt"))
            let absurd = try await till.receive("evt", [.paid(-1)])
            #expect(absurd == .flagged("an amount can't be negative"))
            try await till.tell(.paid())
            try await till.expect("evt", .flagged)
            let read = try await till.receive("evt", [.refund(100)])
            guard case .done = read else { throw TestFailure("\(read)") }
            try await till.expectWorth(90)
        }
    }

    @Test("The inbox acknowledges an event that is not about purchases, without its body")
    func nothing() async throws {
        try await withTill { till in
            let receipt = try await till.ledger.receive(.test("evt"), reading: .nothing, at: newYear)
            #expect(receipt == .done([]))
            let again = try await till.ledger.receive(.test("evt"), reading: .nothing, at: newYear)
            #expect(again == .repeated)
            let entry = try await till.entry("evt")
            #expect(entry?.event.body == Data())
        }
    }

    @Test(
        "An event with several orders is ours if one of them is, and its facts about the others count later")
    func severalOrders() async throws {
        try await withTill { till in
            let events = ["cs_2", "cs_3", "cs_1"].map { (name: String) in
                Purchase.Event(names: Purchase.Names(checkout: name), fact: .paid(1000, "pi_\(name)"))
            }
            let receipt = try await till.ledger.receive(.test("evt"), reading: .facts(events), at: newYear)
            guard case .done(let changes) = receipt else { throw TestFailure("\(receipt)") }
            #expect(changes.map(\.purchase) == ["pur_1"])
            try await till.expectWorth(100)
            try await till.record(Sale.purchase("pur_2"), checkout: "cs_2")
            try await till.record(Sale.purchase("pur_3"), checkout: "cs_3")
            try await till.expect("evt", .done)
            try await till.expectWorth(300)
        }
    }

    @Test("The inbox lists its events, latest first")
    func lists() async throws {
        try await withTill { till in
            try await till.tell(.paid())
            try await till.tell(.paid(), names: Purchase.Names(checkout: "cs_7"))
            try await till.tell(.opened)
            func lists(_ query: Inbox.Query, _ expected: [String]) async throws {
                let events = try await till.ledger.inbox(query).map(\.event.id.event)
                #expect(events == expected)
            }
            try await lists(.state(nil, count: 10), ["evt_3", "evt_2", "evt_1"])
            try await lists(.state(nil, count: 1), ["evt_3"])
            try await lists(.state(.done, count: 10), ["evt_3", "evt_1"])
            try await lists(.state(.notOurs, count: 10), ["evt_2"])
            try await lists(.state(.flagged, count: 10), [])
            try await lists(.state(.pending, count: 10), [])
        }
    }

    @Test("The inbox deletes the bodies of processed events after 90 days")
    func bodies() async throws {
        try await withFolder { folder in
            let clock = ManualClock(now: newYear)
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", clock: clock)
            let till = Till(ledger)
            try await till.record(Sale.purchase(), checkout: "cs_1")
            try await till.tell(.paid())
            for (days, expected) in [(90, [8]), (1, [0])] as [(Int64, [Int])] {
                await clock.waitForSleeper()
                clock.advance(milliseconds: days * 24 * hour)
                // Whoever sleeps again has tidied up.
                await clock.waitForSleeper()
                let bodies = try await ledger.inbox(.state(nil, count: 10)).map(\.event.body.count)
                #expect(bodies == expected)
            }
            await ledger.close()
        }
    }
}
