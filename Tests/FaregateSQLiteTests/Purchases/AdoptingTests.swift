import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("A purchase that is adopted") struct AdoptingTests {
    private let names = Purchase.Names(purchase: "pur_1", checkout: "cs_1", payments: ["pi_1"])

    private func adopt(_ id: Purchase.ID, of account: AccountID, in till: PurchaseLedgerUnderTest) async throws {
        let names = Purchase.Names(purchase: id.rawValue, checkout: "cs_\(id)", payments: ["pi_1_\(id)"])
        let paid = Purchase.Event(
            names: names, fact: .paid(1000, "pi_1_\(id)"), billing: Purchase.BillingDetails(name: "somebody"))
        _ = try await till.ledger.adopt(
            Sale.purchase(id, of: account),
            knowing: [paid],
            try Ledger.Note(by: "eva", reason: "restored"),
            under: .empty,
            openedAt: newYear.after(days: 1),
            at: newYear.after(days: 40)
        )
        #expect(try await till.credits(of: id) == 100)
    }

    @Test(
        "An adopted purchase brings no payer details back to a forgotten account",
        arguments: PurchaseLedgerUnderTest.kinds)
    func forgotten(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            try await till.record("pur_2", of: "ben", checkout: "cs_2")
            // Nobody paid them in time.
            await till.performHousekeeping(newYear.after(days: 31))
            #expect(try await till.credits() == nil)
            let note = try Ledger.Note(by: "kim", reason: "asked by mail")
            let details = try await till.ledger.forget("ana", note, at: newYear.after(days: 32))
            #expect(details?.purchases == 0)

            try await adopt("pur_1", of: "ana", in: till)
            try await adopt("pur_2", of: "ben", in: till)
            #expect(try await till.billing() == nil)
            #expect(try await till.billing(of: "pur_2")?.name == "somebody")
            let later = Purchase.Names(checkout: "cs_pur_1")
            try await till.tell("evt_1", .opened, later, billing: Purchase.BillingDetails(name: "somebody"))
            #expect(try await till.billing() == nil)
            // What is bought afterwards is.
            try await till.record("pur_3", checkout: "cs_3", at: newYear.after(days: 41))
            try await till.tell(
                "evt_2", .paid(1000, "pi_3"), Purchase.Names(checkout: "cs_3"),
                billing: Purchase.BillingDetails(name: "Ana"))
            #expect(try await till.billing(of: "pur_3")?.name == "Ana")
        }
    }

    @Test("An adopted purchase has the earliest known time", arguments: PurchaseLedgerUnderTest.kinds)
    func age(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await adopt("pur_1", of: "ana", in: till)
            let record = try await till.ledger.purchases(.one("pur_1")).first
            #expect(record?.openedAt == newYear.after(days: 1) && record?.paidAt == newYear.after(days: 40))
        }
    }
}

@Suite("Purchases of a forgotten account") struct ForgottenBodyTests {
    @Test(
        "No body of a later event is kept for a forgotten account's purchases", arguments: PurchaseLedgerUnderTest.kinds
    )
    func flagged(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            _ = try await till.ledger.forget("ana", try Ledger.Note(by: "kim", reason: "asked"), at: newYear)
            let reading = Inbox.Reading.unreadable("it has no amount", Purchase.Names(checkout: "cs_1"))
            let receipt = try await till.ledger.receive(.test("evt_1"), reading: reading, at: newYear)
            #expect(receipt == .flagged("it has no amount"))
            let entry = try #require(try await till.entry("evt_1"))
            #expect(entry.state == .flagged && entry.event.body.isEmpty)
            // Sent again, it is read again.
            try await till.tell("evt_1", .paid(), Purchase.Names(checkout: "cs_1"))
            #expect(try await till.credits() == 100)
        }
    }

    @Test("No body of a pending event is kept for a forgotten account's purchases")
    func postponed() async throws {
        try await withTill { till in
            let database = try RawDatabase(till.ledger.path)
            try database.execute(
                "CREATE TRIGGER fault BEFORE INSERT ON grants BEGIN SELECT RAISE(ABORT, 'no grants today'); END"
            )
            guard case .postponed = try await till.receive("evt", [.paid()]) else { throw TestFailure("not postponed") }
            let before = try await till.entry("evt")
            #expect(before?.event.body.isEmpty == false)
            _ = try await till.ledger.forget("ana", try Ledger.Note(by: "kim", reason: "asked"), at: newYear)
            let after = try await till.entry("evt")
            #expect(after?.state == .pending && after?.event.body.isEmpty == true)
            try database.execute("DROP TRIGGER fault")
            _ = try await till.receive("evt", [.paid()])
            try await till.expectWorth(100)
            try await till.expectRightBooks()
        }
    }
}

@Suite("Pending purchases") struct AwaitedPurchaseTests {
    @Test(
        "Pending purchases differ from those that were never paid or were refunded",
        arguments: PurchaseLedgerUnderTest.kinds)
    func awaited(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            for number in 1...5 {
                try await till.record(try Purchase.ID("pur_\(number)"), checkout: "cs_\(number)")
            }
            func tell(_ number: Int, _ facts: Purchase.Fact...) async throws {
                for (index, fact) in facts.enumerated() {
                    try await till.tell("evt_\(number)_\(index)", fact, Purchase.Names(checkout: "cs_\(number)"))
                }
            }
            try await tell(1, .pending("pi_1"), .failed("pi_1"))
            try await tell(2, .pending("pi_2"), .paid(1000, "pi_2"), .refund(nil, re: "re_2", of: "pi_2"))
            try await tell(3, .pending("pi_3"), .expired)
            try await tell(4, .pending("pi_4"), .failed("pi_4"), .pending("pi_5"))
            let awaited = try await till.ledger.purchases(.awaited(provider: "stripe", count: 3))
            #expect(awaited.map(\.purchase.id) == ["pur_3", "pur_4"])
            #expect(awaited.allSatisfy { $0.position.status == .pending })
        }
    }
}
