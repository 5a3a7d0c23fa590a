import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("Flagged events, forgotten accounts") struct DismissingTests {
    private let note: Ledger.Note

    init() throws { note = try Ledger.Note(by: "kim", reason: "a test of theirs") }

    private func flag(_ event: String, in till: PurchaseLedgerUnderTest) async throws {
        let reading = Inbox.Reading.unreadable("no amount", Purchase.Names(checkout: "cs_1"))
        #expect(try await till.ledger.receive(.test(event), reading: reading, at: newYear) == .flagged("no amount"))
    }

    @Test(
        "A flagged event is dismissed once, with a person and a reason, and its body is deleted",
        arguments: PurchaseLedgerUnderTest.kinds)
    func dismissed(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            try await flag("evt", in: till)
            #expect(try await till.ledger.dismiss(.test("evt_7"), note, at: newYear) == nil)
            #expect(try await till.ledger.dismiss(.test("evt"), note, at: newYear) == .flagged)
            let entry = try #require(try await till.entry("evt"))
            #expect(entry.state == .done && entry.note == "dismissed by kim: a test of theirs")
            #expect(entry.event.body.isEmpty)
            #expect(try await till.ledger.dismiss(.test("evt"), note, at: newYear) == .done)
            try await till.tell("evt_2", .paid(), Purchase.Names(checkout: "cs_other"))
            #expect(try await till.ledger.dismiss(.test("evt_2"), note, at: newYear) == .notOurs)
            let repeated = try await till.tell("evt", .paid(), Purchase.Names(checkout: "cs_1"))
            #expect(repeated == .repeated)
            try till.expectCount(
                "SELECT count(*) FROM notes WHERE kind = 'dismissed event evt of stripe' AND by = 'kim'", 1)
        }
    }

    @Test(
        "The body of a flagged event is deleted 90 days after its arrival, and the event stays flagged",
        arguments: PurchaseLedgerUnderTest.kinds)
    func flaggedBodies(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            try await flag("evt", in: till)
            await till.performHousekeeping(newYear.after(days: 90))
            #expect(try await till.entry("evt")?.event.body.isEmpty == false)
            let late = newYear.after(days: 91)
            await till.performHousekeeping(late)
            let reading = Inbox.Reading.unreadable("its body can't be read", nil)
            let receipt = try await till.ledger.retry(.test("evt"), reading: reading, at: late)
            #expect(
                receipt == .flagged("its body was deleted; let the provider send it again, or dismiss it"))
            let entry = try #require(try await till.entry("evt"))
            #expect(entry.state == .flagged && entry.note == "no amount" && entry.event.body.isEmpty)
            let names = Purchase.Names(checkout: "cs_1")
            guard case .done = try await till.tell("evt", .opened, names, at: late) else {
                throw TestFailure("sent again")
            }
        }
    }

    @Test(
        "Forgetting deletes flagged bodies, receipts that came before their payment, and customer ids",
        arguments: PurchaseLedgerUnderTest.kinds)
    func forgotten(kind: String) async throws {
        let receipt = Purchase.BillingDetails(name: "Ana")
        let claim = Purchase.Names(purchase: "pur_1", payments: ["pi_1"])
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            try await till.record("pur_2", of: "ben", checkout: "cs_2")
            try await flag("evt_1", in: till)
            #expect(try await till.tell("evt_2", .opened, claim, billing: receipt) == .notOurs)
            let ben = Purchase.Names(purchase: "pur_2", payments: ["pi_2"])
            try await till.tell("evt_3", .opened, ben, billing: Purchase.BillingDetails(name: "Ben"))
            try till.expectCount("SELECT count(*) FROM billing WHERE details IS NOT NULL", 2)
            try await till.ledger.keep(customer: "cus_1", of: "ana", provider: "stripe", at: newYear)

            let details = try #require(try await till.ledger.forget("ana", note, at: newYear))
            #expect(details.customers == [Purchase.ProviderCustomer(provider: "stripe", customer: "cus_1")])
            #expect(try await till.ledger.customer(of: "ana", provider: "stripe") == nil)
            #expect(try await till.entry("evt_1")?.event.body.isEmpty == true)
            // What comes later is not kept either.
            try await till.tell("evt_4", .opened, claim, billing: receipt)
            try till.expectCount("SELECT count(*) FROM billing WHERE details LIKE '%Ana%'", 0)
            for (number, name) in [(1, nil), (2, "Ben")] {
                let names = Purchase.Names(checkout: "cs_\(number)", payments: ["pi_\(number)"])
                try await till.tell("evt_p\(number)", .paid(1000, "pi_\(number)"), names)
                let billing = try await till.billing(of: try Purchase.ID("pur_\(number)"))
                #expect(billing?.name == name)
            }
        }
    }

    @Test(
        "A receipt that arrives before its payment is kept if it names the purchase",
        arguments: PurchaseLedgerUnderTest.kinds)
    func earlyReceipts(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: "cs_1")
            try await till.record("pur_2", checkout: "cs_2")
            for (number, hint) in [(1, "pur_1"), (2, "order 7")] {
                let names = Purchase.Names(purchase: hint, payments: ["pi_\(number)", "ch_\(number)"])
                try await till.tell("evt_\(number)", .opened, names, billing: Purchase.BillingDetails(name: "Ana"))
                let session = Purchase.Names(checkout: "cs_\(number)", payments: ["pi_\(number)"])
                try await till.tell("evt_s\(number)", .paid(1000, "pi_\(number)"), session)
            }
            #expect(try await till.billing() == Purchase.BillingDetails(name: "Ana"))
            #expect(try await till.billing(of: "pur_2") == nil)
            let states = try await till.ledger.inbox(.state(nil, count: 10)).map(\.state)
            #expect(states == [.done, .done, .done, .done])
        }
    }

    @Test(
        "An account keeps its first customer at each provider until the provider no longer knows that customer",
        arguments: PurchaseLedgerUnderTest.kinds)
    func customers(kind: String) async throws {
        try await withPurchases(in: kind) { till in
            try await till.record(checkout: nil)
            let ledger = till.ledger
            #expect(try await ledger.customer(of: "ana", provider: "stripe") == nil)
            let first = try await ledger.keep(customer: "cus_1", of: "ana", provider: "stripe", at: newYear)
            let second = try await ledger.keep(customer: "cus_2", of: "ana", provider: "stripe", at: newYear)
            let other = try await ledger.keep(customer: "cus_3", of: "ana", provider: "dodo", at: newYear)
            #expect([first, second, other] == ["cus_1", "cus_1", "cus_3"])
            try await ledger.drop(customer: "cus_2", of: "ana", provider: "stripe")
            #expect(try await ledger.customer(of: "ana", provider: "stripe") == "cus_1")
            try await ledger.drop(customer: "cus_1", of: "ana", provider: "stripe")
            #expect(try await ledger.customer(of: "ana", provider: "stripe") == nil)
            #expect(try await ledger.customer(of: "ana", provider: "dodo") == "cus_3")
            #expect(try await ledger.keep(customer: "cus_2", of: "ana", provider: "stripe", at: newYear) == "cus_2")
        }
    }
}
