import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("The inbox") struct InboxTests {
    @Test("keeps what can't be acted on, and tries again later and later")
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

    @Test("flags what should say something and doesn't, and takes what a later reading makes of it")
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

    @Test("acknowledges what says nothing about purchases, and keeps no body of it")
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
        "takes an event with several orders for ours when one of them is, and what it says of the others counts later")
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

    @Test("lists its events, the latest first")
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

    @Test("forgets the bodies of what was acted on after ninety days")
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
