import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("The purchase of an event") struct ForeignEventTests {
    private static let stranger = Purchase.BillingDetails(name: "A stranger", email: "stranger@example.com")
    private let foreign = Purchase.Names(checkout: "cs_other", payments: ["pi_other"])

    @Test(
        "Forty refunds and payments of another business at the same provider account don't wait, and no body is kept",
        arguments: PurchaseLedgerUnderTest.kinds)
    func sharedAccount(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            for number in 1...20 {
                let names = Purchase.Names(
                    purchase: number.isMultiple(of: 2) ? "order \(number)" : nil, checkout: "cs_other_\(number)",
                    payments: ["pi_\(number)"])
                let paid = Purchase.Fact.paid(1000, "pi_\(number)")
                #expect(try await till.tell("evt_\(number)", paid, names, billing: Self.stranger) == .notOurs)
                let refund = Purchase.Fact.refund(300, re: "re_\(number)", of: "pi_\(number)")
                let ofPayment = Purchase.Names(payments: ["pi_\(number)"])
                #expect(try await till.tell("evt_r\(number)", refund, ofPayment) == .notOurs)
            }
            let entries = try await till.ledger.inbox(.state(.notOurs, count: 100))
            #expect(entries.count == 40 && entries.allSatisfy { $0.event.body.isEmpty && $0.note == nil })
            for state in [Inbox.State.flagged, .pending, .done] {
                #expect(try await till.ledger.inbox(.state(state, count: 100)).isEmpty)
            }
            #expect(try await till.ledger.inbox(.due(at: .never, count: 100)).isEmpty)
            #expect(try await till.credits() == 0)
            try till.expectCount("SELECT count(*) FROM billing", 0)
        }
    }

    @Test(
        "An event of another business is never retried, and each of its deliveries is counted",
        arguments: PurchaseLedgerUnderTest.kinds)
    func again(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.tell("evt", .paid(), foreign)
            let reading = Inbox.Reading.facts([Purchase.Event(names: foreign, fact: .paid())])
            let retried = try await till.ledger.retry(.test("evt"), reading: reading, at: newYear)
            #expect(retried == .notOurs)
            #expect(try await till.tell("evt", .paid(), foreign) == .notOurs)
            let entry = try #require(try await till.entry("evt"))
            #expect(entry.deliveries == 2 && entry.attempts == 2 && entry.state == .notOurs && entry.event.body.isEmpty)
            // It was ours after all, and comes once more.
            try await till.record(checkout: "cs_1")
            let names = Purchase.Names(checkout: "cs_1", payments: ["pi_other"])
            let unreadable = Inbox.Reading.unreadable("no amount", names)
            #expect(
                try await till.ledger.receive(.test("evt"), reading: unreadable, at: newYear) == .flagged("no amount"))
            #expect(try await till.entry("evt")?.event == .test("evt"), "its body is needed now")
            guard case .done = try await till.tell("evt", .paid(1000, "pi_other"), names) else {
                throw TestFailure("not done")
            }
            #expect(try await till.credits() == 100)
        }
    }

    @Test(
        "A refund whose metadata names another purchase takes from the one that was paid, in both orders",
        arguments: PurchaseLedgerUnderTest.kinds, [true, false])
    func refundWithAnotherHint(kind: String, refundFirst: Bool) async throws {
        for checkout in ["cs_2", nil] {
            try await withPurchases(in: kind) { till in
                try await till.record(checkout: "cs_1")
                try await till.record("pur_2", of: "ben", checkout: checkout)
                let refund = Purchase.Names(purchase: "pur_2", payments: ["pi_1"])
                let session = Purchase.Names(purchase: "pur_1", checkout: "cs_1", payments: ["pi_1"])
                if refundFirst { #expect(try await till.tell("evt_1", .refund(300), refund) == .notOurs) }
                try await till.tell("evt_2", .paid(), session)
                if !refundFirst { try await till.tell("evt_1", .refund(300), refund) }
                #expect(try await till.credits() == 70)
                #expect(try await till.credits(of: "pur_2") == 0)
                #expect(try await till.entry("evt_1")?.state == .done)
            }
        }
    }

    @Test(
        "Metadata of a checkout or payment can name a purchase without a checkout; other metadata names none",
        arguments: PurchaseLedgerUnderTest.kinds)
    func hints(kind: String) async throws {
        let leading: [(Purchase.Fact, Purchase.Names)] = [
            (.opened, Purchase.Names(purchase: "pur_1", checkout: "cs_9")),
            (.paid(), Purchase.Names(purchase: "pur_1", checkout: "cs_9", payments: ["pi_1"])),
            (.paid(), Purchase.Names(purchase: "pur_1", payments: ["pi_1"])),
            (.pending(), Purchase.Names(purchase: "pur_1", payments: ["pi_1"])),
        ]
        let moved = Purchase.Fact.disputeMoved(
            id: "dp_1", payment: "pi_1", movement: "txn_1", amount: Money(minorUnits: -300, currency: "USD"))
        let claims: [Purchase.Fact] = [.opened, .refund(300), .soFar(300), .dispute(.lost), moved]
        let ofPayment = Purchase.Names(purchase: "pur_1", payments: ["pi_1"])
        for (fact, names) in leading {
            try await withPurchases(in: kind) { till in
                try await till.record(checkout: nil)
                guard case .done = try await till.tell("evt", fact, names) else { throw TestFailure("\(fact)") }
            }
            // It has a checkout of its own.
            try await withPurchases(in: kind) { till in
                try await till.record(checkout: "cs_1")
                #expect(try await till.tell("evt", fact, names) == .notOurs)
                #expect(try await till.credits() == 0)
            }
        }
        for fact in claims {
            try await withPurchases(in: kind) { till in
                try await till.record(checkout: nil)
                #expect(try await till.tell("evt", fact, ofPayment) == .notOurs)
            }
        }
    }

    @Test("An unreadable event belongs to a purchase only if its names do", arguments: PurchaseLedgerUnderTest.kinds)
    func unreadable(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            try await till.record("pur_2", checkout: nil)
            try await till.tell("evt_0", .pending(), Purchase.Names(checkout: "cs_1", payments: ["pi_1"]))
            let cases: [(Purchase.Names?, Bool)] = [
                (Purchase.Names(checkout: "cs_1"), true), (Purchase.Names(payments: ["pi_1"]), true),
                (Purchase.Names(purchase: "pur_2", checkout: "cs_2"), true),
                (Purchase.Names(purchase: "pur_1", checkout: "cs_2"), false),
                (Purchase.Names(payments: ["pi_7"]), false),
                (Purchase.Names(purchase: "order 4711"), false), (Purchase.Names(), false), (nil, false),
            ]
            for (number, (names, isOurs)) in cases.enumerated() {
                let event = Inbox.Event.test("evt_u\(number)")
                let receipt = try await till.ledger.receive(event, reading: .unreadable("odd", names), at: newYear)
                #expect(receipt == (isOurs ? .flagged("odd") : .notOurs), "\(names as Any)")
                let entry = try #require(try await till.entry("evt_u\(number)"))
                #expect(entry.event.body.isEmpty != isOurs && entry.note == "odd")
            }
            // Where its provider is not set up, nothing of it can be read: it stays kept.
            let away = Inbox.Reading.unreadable("its payment provider is not set up here", nil)
            let kept = try await till.ledger.retry(.test("evt_u0"), reading: away, at: newYear)
            #expect(kept == .flagged("its payment provider is not set up here"))
            // Whatever the names are by now, it was ours.
            let nothing = Inbox.Reading.unreadable("odd", Purchase.Names())
            #expect(try await till.ledger.retry(.test("evt_u0"), reading: nothing, at: newYear) == .flagged("odd"))
            #expect(try await till.entry("evt_u0")?.event == .test("evt_u0"))
        }
    }

    @Test(
        "An event with an impossible amount is flagged if it names a purchase, and belongs to nobody otherwise",
        arguments: PurchaseLedgerUnderTest.kinds)
    func absurd(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            let own = try await till.tell("evt_1", .paid(-1), Purchase.Names(checkout: "cs_1"))
            #expect(own == .flagged("an amount can't be negative"))
            #expect(try await till.tell("evt_2", .paid(-1), foreign) == .notOurs)
            let long = Purchase.Names(payments: [String(repeating: "x", count: 300)])
            #expect(try await till.tell("evt_3", .paid(), long) == .notOurs)
            #expect(try await till.tell("evt_4", .paid(), Purchase.Names(purchase: "pur_7")) == .notOurs)
            try till.expectCount("SELECT count(*) FROM orders WHERE unknown", 0)
        }
    }

    @Test(
        "A purchase's events count in any order, and nothing of other businesses' events is kept",
        arguments: PurchaseLedgerUnderTest.kinds)
    func learned(kind: String) async throws {
        let events = [
            Purchase.Event(names: Purchase.Names(payments: ["ch_1"]), fact: .dispute(.lost, 100, of: "ch_1")),
            Purchase.Event(names: Purchase.Names(payments: ["pi_1"]), fact: .refund(300)),
            Purchase.Event(names: Purchase.Names(payments: ["pi_1", "ch_1"]), fact: .soFar(200)),
            Purchase.Event(names: Purchase.Names(checkout: "cs_1", payments: ["pi_1"]), fact: .paid()),
            Purchase.Event(names: foreign, fact: .paid(), billing: Self.stranger),
        ]
        for events in [events, events.reversed(), Array(events[2...] + events[..<2])] {
            try await withPurchases(in: kind) { till in
                try await till.record(checkout: "cs_1")
                let told = try await till.ledger.record(events, of: "stripe", isRehearsal: true, at: newYear)
                #expect(try await till.credits() == 0)
                let changes = try await till.ledger.record(events, of: "stripe", isRehearsal: false, at: newYear)
                #expect(told == changes && changes.count { $0.purchase == nil } == 1)
                #expect(changes.last { $0.purchase != nil }?.after?.credits == 60)
                #expect(try await till.credits() == 60)
                try till.expectCount("SELECT count(*) FROM orders WHERE unknown", 0)
                try till.expectCount("SELECT count(*) FROM billing", 0)
            }
        }
    }
}
