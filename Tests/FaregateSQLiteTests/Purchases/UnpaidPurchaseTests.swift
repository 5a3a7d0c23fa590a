import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("Deletion of unpaid purchases and foreign events") struct UnpaidPurchaseTests {
    private let names = Purchase.Names(checkout: "cs_1", payments: ["pi_1"])
    private let billing = Purchase.BillingDetails(name: "Ana", email: "ana@example.com")

    @Test(
        "An unpaid purchase is deleted 30 days after its checkout was opened, together with its facts",
        arguments: PurchaseLedgerUnderTest.kinds)
    func unpaid(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            // What came before its checkout was known was merged into it, by way of another order.
            try await till.tell("evt_0", .failed(), Purchase.Names(payments: ["ch_1"]))
            try await till.tell("evt_1", .failed(), Purchase.Names(payments: ["pi_1"]))
            try await till.tell("evt_2", .failed("pi_1"), Purchase.Names(payments: ["pi_1", "ch_1"]))
            try await till.record(checkout: "cs_1")
            for (number, fact) in [Purchase.Fact.opened, .failed("ch_1"), .expired].enumerated() {
                try await till.tell("evt_1\(number)", fact, names, billing: billing)
            }
            try await till.record("pur_2", checkout: nil)
            await till.performHousekeeping(newYear.after(days: 30).advanced(byMilliseconds: -1))
            #expect(try await till.ledger.purchases(.latest(count: 10)).count == 2)
            await till.performHousekeeping(newYear.after(days: 30))
            #expect(try await till.ledger.purchases(.latest(count: 10)).isEmpty)
            for table in ["orders", "order_names", "facts", "billing", "event_orders", "purchases"] {
                try till.expectCount("SELECT count(*) FROM \(table)", 0)
            }
            let entries = try await till.ledger.inbox(.state(nil, count: 10))
            #expect(entries.count == 6 && entries.allSatisfy { $0.state == .done && $0.event.body.isEmpty })
        }
    }

    @Test(
        "A purchase's deletion also deletes the payer's data of orders that name only this purchase",
        arguments: PurchaseLedgerUnderTest.kinds)
    func claims(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            let claim = Purchase.Names(purchase: "pur_1", payments: ["pi_2"])
            try await till.tell("evt_1", .paid(), claim, billing: billing)
            try till.expectCount("SELECT count(*) FROM billing", 1)
            await till.performHousekeeping(newYear.after(days: 30))
            try till.expectCount("SELECT count(*) FROM billing", 0)
            try await till.record("pur_2", checkout: "cs_2", at: newYear.after(days: 30))
            let names = Purchase.Names(checkout: "cs_2", payments: ["pi_2"])
            try await till.tell("evt_2", .opened, names, at: newYear.after(days: 30))
            #expect(try await till.credits(of: "pur_2") == 100)
            #expect(try await till.billing(of: "pur_2") == nil)
        }
    }

    @Test(
        "A purchase with other facts is kept, however old they are", arguments: PurchaseLedgerUnderTest.kinds)
    func kept(kind: String) async throws {
        let facts: [[Purchase.Fact]] = [
            [.paid()], [.pending()], [.pending(), .failed()], [.paid(1), .refund(1)], [.refund(300)],
            [.dispute(.warning)],
            [.bought("price_1")], [.soFar(0)],
        ]
        for facts in facts {
            try await withPurchases(in: kind) { till in
                try await till.record(checkout: "cs_1")
                for (number, fact) in ([.opened, .expired] + facts).enumerated() {
                    try await till.tell("evt_\(number)", fact, names)
                }
                await till.performHousekeeping(newYear.after(days: 4000))
                #expect(try await till.ledger.purchases(.one("pur_1")).first?.facts.count == 2 + facts.count)
            }
        }
    }

    @Test(
        "An unpaid purchase is kept while its checkout can be paid, or while a flagged event names it",
        arguments: PurchaseLedgerUnderTest.kinds)
    func waiting(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1", until: newYear.after(days: 40))
            try await till.record("pur_2", checkout: "cs_2")
            let odd = Inbox.Reading.unreadable("odd", Purchase.Names(checkout: "cs_2"))
            _ = try await till.ledger.receive(.test("evt"), reading: odd, at: newYear)
            await till.performHousekeeping(newYear.after(days: 39))
            #expect(try await till.ledger.purchases(.latest(count: 10)).count == 2)
            await till.performHousekeeping(newYear.after(days: 40))
            #expect(try await till.ledger.purchases(.latest(count: 10)).map(\.purchase.id) == ["pur_2"])
            let note = try Ledger.Note(by: "kim", reason: "nothing came of it")
            _ = try await till.ledger.dismiss(.test("evt"), note, at: newYear.after(days: 41))
            await till.performHousekeeping(newYear.after(days: 41))
            #expect(try await till.ledger.purchases(.latest(count: 10)).isEmpty)
        }
    }

    @Test(
        "An event of another business is deleted 90 days after its last delivery",
        arguments: PurchaseLedgerUnderTest.kinds)
    func notOurs(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.tell("evt_1", .refund(300), Purchase.Names(payments: ["pi_1"]))
            try await till.tell("evt_2", .refund(300), Purchase.Names(payments: ["pi_2"]))
            try await till.tell(
                "evt_3", .soFar(300, of: "pi_2"), Purchase.Names(payments: ["pi_2"]), at: newYear.after(days: 60))
            try await till.tell("evt_1", .refund(300), Purchase.Names(payments: ["pi_1"]), at: newYear.after(days: 70))
            await till.performHousekeeping(newYear.after(days: 90))
            let left = try await till.ledger.inbox(.state(nil, count: 10)).map(\.event.id.event)
            #expect(left == ["evt_3", "evt_1"])
            try till.expectCount("SELECT count(*) FROM orders WHERE unknown", 2)

            // A refund of that long ago counts all the same when its payment comes.
            try await till.record(checkout: "cs_1", at: newYear.after(days: 100))
            try await till.tell("evt_4", .paid(), names, at: newYear.after(days: 100))
            #expect(try await till.credits() == 70)
            await till.performHousekeeping(newYear.after(days: 150))
            #expect(try await till.ledger.inbox(.state(.notOurs, count: 10)).isEmpty)
            try till.expectCount("SELECT count(*) FROM orders WHERE unknown", 0)
            #expect(try await till.credits() == 70)
            #expect(try await till.entry("evt_1")?.state == .done)
        }
    }

    @Test("One round of housekeeping deletes 130 unpaid purchases and 130 orders of other businesses")
    func manySteps() async throws {
        try await withPurchases(in: "SQLite") { till in
            for number in 1...130 {
                let account = try AccountID("account \(number)")
                try await till.record(try Purchase.ID("pur_\(number)"), of: account, checkout: "cs_\(number)")
                try await till.tell("evt_\(number)", .refund(1), Purchase.Names(payments: ["pi_\(number)"]))
            }
            await till.performHousekeeping(newYear.after(days: 90))
            for table in ["orders", "order_names", "facts", "event_orders", "purchases", "inbox"] {
                try till.expectCount("SELECT count(*) FROM \(table)", 0)
            }
        }
    }

    @Test(
        "An account has at most twenty open checkouts, however many others were paid or expired",
        arguments: PurchaseLedgerUnderTest.kinds)
    func tooMany(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            func open(_ number: Int, of account: AccountID = "ana", at now: Timestamp = newYear) async throws {
                let until: Timestamp? = number.isMultiple(of: 2) ? newYear.advanced(byMilliseconds: hour) : nil
                let id = try Purchase.ID("pur_\(number)")
                try await till.record(id, of: account, checkout: "cs_\(number)", until: until, at: now)
            }
            func expectFull(until moment: Timestamp, at now: Timestamp = newYear) async {
                do throws(LedgerError) {
                    try await till.ledger.record(Sale.purchase("pur_one_more"), under: .empty, at: now)
                    Issue.record("there was room")
                } catch {
                    #expect(error.code == .tooManyOpen && error.retryAt == moment)
                }
            }
            for number in 1...22 {
                try await open(number)
                // Two that don't count.
                if number == 3 { try await till.tell("evt_3", .paid(1000, "pi_3"), Purchase.Names(checkout: "cs_3")) }
                if number == 4 { try await till.tell("evt_4", .expired, Purchase.Names(checkout: "cs_4")) }
            }
            let closing = newYear.advanced(byMilliseconds: hour)
            await expectFull(until: closing)
            // The same purchase again is none more, and other accounts have their own.
            try await open(22)
            try await open(30, of: "ben")
            // Ten close after an hour, the others after a day.
            for number in 40..<50 { try await open(2 * number + 1, at: closing) }
            await expectFull(until: newYear.after(days: 1), at: closing)
            try await open(101, at: newYear.after(days: 1))
        }
    }

    @Test(
        "A purchase whose checkout never opened counts as open for ten minutes",
        arguments: PurchaseLedgerUnderTest.kinds)
    func neverOpened(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            for number in 1...20 { try await till.record(try Purchase.ID("pur_\(number)"), checkout: nil) }
            await #expect(throws: LedgerError.self) { try await till.record("pur_21", checkout: nil) }
            let later = newYear.advanced(byMilliseconds: 10 * minute)
            try await till.record("pur_21", checkout: nil, at: later)
        }
    }

    static let forbidden = [
        "DELETE FROM purchases WHERE name = 'pur_paid'", "DELETE FROM purchases WHERE name = 'pur_pending'",
        "DELETE FROM purchases WHERE name = 'pur_held'",
        "DELETE FROM facts WHERE order_id = (SELECT order_id FROM purchases WHERE name = 'pur_open')",
        "DELETE FROM facts WHERE order_id = (SELECT id FROM orders WHERE merged_into IS NOT NULL)",
        "DELETE FROM order_names WHERE name = 'cs_open'", "DELETE FROM orders WHERE merged_into IS NOT NULL",
        "DELETE FROM orders WHERE NOT unknown AND merged_into IS NULL", "DELETE FROM inbox WHERE state = 'done'",
        "DELETE FROM inbox WHERE state = 'flagged'", "UPDATE orders SET unknown = 1 WHERE merged_into IS NULL",
    ]

    @Test("The schema forbids the deletion of purchases, facts, orders and events that must stay", arguments: forbidden)
    func guarded(sql: String) async throws {
        try await withPurchases(in: "SQLite") { till in
            try await till.tell("evt_0", .failed(), Purchase.Names(payments: ["pi_open"]))
            let facts: [(Purchase.ID, Purchase.Fact)] = [
                ("pur_paid", .paid()), ("pur_pending", .pending()), ("pur_held", .paid(7)), ("pur_open", .opened),
            ]
            for (id, fact) in facts {
                let name = id.rawValue.dropFirst(4)
                try await till.record(id, checkout: "cs_\(name)")
                let names = Purchase.Names(checkout: "cs_\(name)", payments: ["pi_\(name)"])
                try await till.tell("evt_\(name)", fact, names)
            }
            let odd = Inbox.Reading.unreadable("odd", Purchase.Names(checkout: "cs_paid"))
            _ = try await till.ledger.receive(.test("evt_odd"), reading: odd, at: newYear)
            try await till.tell("evt_other", .paid(), Purchase.Names(checkout: "cs_other"))
            let database = try RawDatabase(try #require(till.path))
            try database.execute("PRAGMA foreign_keys = OFF")
            #expect(throws: (any Error).self) { try database.execute(sql) }
            // It is the triggers that forbid it.
            for trigger in try database.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
                try database.execute("DROP TRIGGER \(trigger[0])")
            }
            try database.execute("BEGIN; \(sql)")
            #expect(try database.integer("SELECT changes()") > 0)
            try database.execute("ROLLBACK")
            for constraint in [
                "UPDATE purchases SET unpaid = 1 WHERE name = 'pur_paid'",
                "UPDATE inbox SET body = x'01' WHERE state = 'not ours'",
            ] {
                #expect(throws: (any Error).self) { try database.execute(constraint) }
            }
        }
    }
}
