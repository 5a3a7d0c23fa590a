import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite("The purchase of an order") struct OrderTests {
    private let payment = Purchase.Names(payments: ["pi_1"])
    private let checkout = Purchase.Names(checkout: "cs_1")
    private let both = Purchase.Names(checkout: "cs_1", payments: ["pi_1", "ch_1"])

    @Test("An order is matched by an event with a known and an unknown name, and then all its facts count")
    func joined() async throws {
        try await withTill { till in
            let early = try await till.tell(.refund(300), names: payment)
            #expect(early == .notOurs)
            try await till.tell(.dispute(.lost, 100, of: "ch_1"), names: Purchase.Names(payments: ["ch_1"]))
            try await till.expect("evt_1", .notOurs)
            try await till.expectRightBooks()

            try await till.tell(.paid(), names: both)
            try await till.expectWorth(60)
            for event in ["evt_1", "evt_2", "evt_3"] {
                let entry = try await till.entry(event)
                #expect(entry?.state == .done && entry?.note == nil)
            }
            // What comes by one of the names from now on is of the purchase.
            try await till.tell(.refund(300, .failed), names: payment)
            try await till.expectWorth(90)
            let record = try await till.purchase()
            #expect(record.facts.count == 4)
            try await till.expectRightBooks()
        }
    }

    @Test("An order is matched when its checkout is attached, however late")
    func attachedLate() async throws {
        try await withLedger { ledger in
            let till = Till(ledger)
            try await till.record(Sale.purchase(), checkout: nil)
            let early = try await till.tell(.paid(), names: both)
            #expect(early == .notOurs)
            let report = try await ledger.audit()
            #expect(report.isClean && report.unlinkedFacts == 1)

            try await ledger.attach(.test("cs_1", of: "pur_1"), to: "pur_1", at: newYear)
            try await till.expectWorth(100)
            try await till.expect("evt_1", .done)
            let after = try await ledger.audit()
            #expect(after.isClean && after.unlinkedFacts == 0)
        }
    }

    @Test("An order is matched by the purchase id in its metadata if the checkout's id got lost")
    func hinted() async throws {
        try await withLedger { ledger in
            let till = Till(ledger)
            try await till.record(Sale.purchase(), checkout: nil)
            try await till.tell(.refund(100), names: payment)
            let names = Purchase.Names(purchase: "pur_1", checkout: "cs_9", payments: ["pi_1"])
            try await till.tell(.paid(), names: names)
            try await till.expectWorth(90)
            let record = try await till.purchase()
            #expect(record.checkout == "cs_9")
            try await till.expectRightBooks()
        }
    }

    static let falseHints: [(String, Purchase.Names)] = [
        ("a checkout of somebody else's", Purchase.Names(purchase: "pur_1", checkout: "cs_2", payments: ["pi_2"])),
        ("no purchase", Purchase.Names(purchase: "pur_7", payments: ["pi_2"])),
        ("no id at all", Purchase.Names(purchase: "", payments: ["pi_2"])),
        ("another provider's purchase", Purchase.Names(purchase: "pur_dodo", payments: ["pi_2"])),
        ("no checkout, of a purchase that has one", Purchase.Names(purchase: "pur_1", payments: ["pi_2"])),
    ]

    @Test("An order is not matched by the purchase id alone if something contradicts it", arguments: falseHints)
    func falselyHinted(_ what: String, _ names: Purchase.Names) async throws {
        try await withTill { till in
            let other = Sale.purchase("pur_dodo", at: "dodo")
            try await till.ledger.record(other, under: .empty, at: newYear)
            let receipt = try await till.tell(.paid(1000, "pi_2"), names: names)
            #expect(receipt == .notOurs)
            try await till.expectWorth(0)
            try await till.expectRightBooks()
        }
    }

    @Test("An order is matched by the provider's earlier names, whatever the metadata says")
    func namesBeforeHints() async throws {
        try await withTill { till in
            try await till.ledger.record(Sale.purchase("pur_2", of: "ben"), under: .empty, at: newYear)
            try await till.tell(.paid(), names: Purchase.Names(purchase: "pur_2", checkout: "cs_1", payments: ["pi_1"]))
            try await till.expectWorth(100)
            let ben = try await till.ledger.balance(of: "ben", at: newYear)
            #expect(ben?.remaining == 0)
        }
    }

    @Test("An order with the names of two purchases is not matched to either")
    func contradiction() async throws {
        try await withTill { till in
            try await till.record(Sale.purchase("pur_2", of: "ben"), checkout: "cs_2")
            try await till.tell(.paid())
            try await till.tell(.paid(1000, "pi_2"), names: Purchase.Names(checkout: "cs_2", payments: ["pi_2"]))
            let names = Purchase.Names(checkout: "cs_1", payments: ["pi_2"])
            let receipt = try await till.tell(.refund(1000, of: "pi_2"), names: names)
            #expect(receipt == .flagged("it names two different purchases"))
            for account: AccountID in ["ana", "ben"] {
                let balance = try await till.ledger.balance(of: account, at: newYear)
                #expect(balance?.remaining == 100)
            }
            try await till.expectRightBooks()
        }
    }

    @Test("A purchase keeps its checkout, and shares it with no other")
    func taken() async throws {
        try await withTill { till in
            try await till.record(Sale.purchase("pur_2", of: "ben"), checkout: nil)
            let ledger = till.ledger
            await expectError(.forbidden) {
                try await ledger.attach(.test("cs_1", of: "pur_2"), to: "pur_2", at: newYear)
            }
            await expectError(.forbidden) {
                try await ledger.attach(.test("cs_2", of: "pur_1"), to: "pur_1", at: newYear)
            }
            await expectError(.forbidden) {
                try await ledger.attach(.test("cs_3", of: "pur_3"), to: "pur_3", at: newYear)
            }
            try await ledger.attach(.test("cs_1", of: "pur_1"), to: "pur_1", at: newYear)
            try await till.expectRightBooks()
        }
    }

    @Test("Equal names at two providers are two orders")
    func providers() async throws {
        try await withTill { till in
            let fact = Purchase.Event(names: both, fact: .paid())
            let receipt = try await till.ledger.receive(
                .test("evt", provider: "dodo"),
                reading: .facts([fact]),
                at: newYear
            )
            #expect(receipt == .notOurs)
            try await till.expectWorth(0)
        }
    }

    @Test("An open checkout is found by its request key while it can be paid")
    func requests() async throws {
        try await withLedger { ledger in
            let till = Till(ledger)
            try await till.record(Sale.purchase(requestKey: "key"), checkout: nil)
            func isFound(
                _ expected: Purchase.Checkout?,
                _ comment: Comment,
                key: String = "key",
                of account: AccountID = "ana",
                at now: Timestamp = newYear
            ) async throws {
                let found = try await ledger.openCheckout(of: account, provider: "stripe", request: key, at: now)
                #expect(found == expected, comment)
            }
            let soon = newYear.advanced(byMilliseconds: hour)
            try await isFound(nil, "its checkout is not made yet")
            let checkout = Purchase.Checkout.test("cs_1", of: "pur_1", until: soon)
            try await ledger.attach(checkout, to: "pur_1", at: newYear)
            try await isFound(checkout, "open")
            try await isFound(nil, "another request", key: "other")
            try await isFound(nil, "somebody else's", of: "ben")
            try await isFound(nil, "closed by now", at: soon)
            try await till.tell(.pending())
            try await isFound(nil, "the money is on its way")
        }
    }

    @Test("Of two checkouts for one request, opened at the same moment, the one that is noted first counts")
    func oneOpenCheckout() async throws {
        try await withLedger { ledger in
            let till = Till(ledger)
            try await till.record(Sale.purchase("pur_1", requestKey: "key"), checkout: nil)
            try await till.record(Sale.purchase("pur_2", requestKey: "key"), checkout: nil)
            try await till.record(Sale.purchase("pur_3", requestKey: "another"), checkout: nil)
            let second = Purchase.Checkout.test("cs_2", of: "pur_2", until: newYear.advanced(byMilliseconds: hour))
            for _ in 1...2 {
                let own = try await ledger.attach(second, to: "pur_2", at: newYear).checkout
                #expect(own == second)
                let first = try await ledger.attach(.test("cs_1", of: "pur_1"), to: "pur_1", at: newYear).checkout
                #expect(first == second)
            }
            let third = Purchase.Checkout.test("cs_3", of: "pur_3")
            let ofAnother = try await ledger.attach(third, to: "pur_3", at: newYear).checkout
            #expect(ofAnother == third)

            let later = newYear.advanced(byMilliseconds: 2 * hour)
            let first = Purchase.Checkout.test("cs_1", of: "pur_1")
            let inItsPlace = try await ledger.attach(first, to: "pur_1", at: later).checkout
            #expect(inItsPlace == first, "the other one has expired")
        }
    }
}
