import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite("A purchase in the ledger", .endsWhenStuck) struct PurchaseTests {
    @Test("A purchase grants its credits once when many events report it at the same time")
    func fiftyAtOnce() async throws {
        try await withTill { till in
            let receipts = try await withThrowingTaskGroup(of: Inbox.Receipt.self) { group in
                for number in 0..<50 {
                    // The same event twenty-five times, and twenty-five that tell the same.
                    let event = number.isMultiple(of: 2) ? "evt" : "evt_\(number)"
                    group.addTask { try await till.receive(event, [.paid()]) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let changed = receipts.filter { if case .done(let changes) = $0 { !changes.isEmpty } else { false } }
            #expect(changed.count == 1)
            #expect(receipts.filter { $0 == .repeated }.count == 24)
            let balance = try await till.ledger.balance(of: "ana", at: newYear)
            #expect(balance?.sources == [.purchase: 100])
            let entry = try await till.entry("evt")
            #expect(entry?.deliveries == 25 && entry?.state == .done)
            try await till.expectRightBooks()
        }
    }

    @Test("A purchase event returns what changed, and for whom")
    func changes() async throws {
        try await withTill { till in
            let paid = try await till.tell(.paid())
            guard case .done(let changes) = paid, let change = changes.first else { throw TestFailure("\(paid)") }
            #expect(changes.count == 1 && change.purchase == "pur_1" && change.account == "ana")
            #expect(change.before?.status == .opened && change.after?.status == .paid && change.debt == 0)
            let again = try await till.tell(.paid())
            #expect(again == .done([]))
            let opened = try await till.tell(.opened)
            #expect(opened == .done([]))
        }
    }

    @Test("A purchase that is recorded again stays unchanged")
    func recordedTwice() async throws {
        try await withTill { till in
            try await till.record(Sale.purchase(credits: 5000), checkout: "cs_1")
            let record = try await till.purchase()
            #expect(record.purchase.credits == 100)
        }
    }

    @Test("A purchase records whether the shop allowed discounts", arguments: [false, true])
    func discounts(areAllowed: Bool) async throws {
        try await withTill(Sale.purchase(allowsDiscounts: areAllowed)) { till in
            try await till.tell(.paid(750, discount: .of(250)))
            let record = try await till.purchase()
            #expect(record.purchase.allowsDiscounts == areAllowed)
            #expect(record.position.credits == (areAllowed ? 100 : .zero))
            #expect(record.position.status == (areAllowed ? .paid : .held))
            try await till.expectRightBooks()
        }
    }

    @Test("A refund that arrives before its payment counts")
    func refundFirst() async throws {
        try await withTill { till in
            try await till.tell(.refund(300))
            let before = try await till.worth()
            #expect(before == 0)
            try await till.tell(.paid())
            let after = try await till.worth()
            #expect(after == 70)
            try await till.tell(.refund(300, .failed))
            let whole = try await till.worth()
            #expect(whole == 100)
            try await till.expectRightBooks()
        }
    }

    @Test("A purchase refunded while its credits are held becomes debt until the call fails")
    func refundedWhileHeld() async throws {
        try await withTill(opening: 50) { till in
            try await till.tell(.paid())
            let held = try await till.ledger.hold(.generate(cost: 150))
            try await till.tell(.refund(1000))
            let owing = try await till.ledger.balance(of: "ana", at: newYear)
            #expect(owing?.debt == 100 && owing?.remaining == 0)
            #expect(try await till.ledger.refund(held, because: .threw, at: newYear))
            let balance = try await till.ledger.balance(of: "ana", at: newYear)
            #expect(balance?.debt == 0 && balance?.remaining == 50)
            try await till.expectRightBooks()
        }
    }

    /// What the account did before the dispute, with 30 credits that it had before and 100 that it bought.
    static let spendings: [(spent: Credits, held: Credits, debt: Int64)] = [
        (0, 0, 0), (20, 0, 0), (30, 0, 0), (31, 0, 1), (100, 0, 70), (130, 0, 100), (0, 130, 100), (60, 60, 90),
    ]

    @Test("A won dispute restores exactly what it took, whatever was spent meanwhile", arguments: spendings)
    func disputed(spent: Credits, held: Credits, debt: Int64) async throws {
        try await withTill(opening: 30) { till in
            try await till.tell(.paid())
            if spent > 0 {
                let settled = try await till.ledger.hold(.generate(cost: spent))
                _ = try await till.ledger.settle(settled, at: newYear)
            }
            let open = held > 0 ? try await till.ledger.hold(.generate(cost: held)) : nil
            let before = try await till.worth()

            let lost = try await till.tell(.dispute(.withdrawn))
            let taken = try await till.ledger.balance(of: "ana", at: newYear)
            try await till.expectWorth(before - 100)
            #expect(taken?.debt.rawValue == debt)
            guard case .done(let changes) = lost else { throw TestFailure("\(lost)") }
            #expect(changes.map(\.debt.rawValue) == [debt])
            try await till.expectRightBooks()

            try await till.tell(.dispute(.won))
            let restored = try await till.ledger.balance(of: "ana", at: newYear)
            try await till.expectWorth(before)
            #expect(restored?.debt == 0)
            if let open { _ = try await till.ledger.refund(open, because: .threw, at: newYear) }
            try await till.expectWorth(before + held.rawValue)
            try await till.expectRightBooks()
        }
    }

    @Test("A reversal takes from the purchase's own grants first, then in spending order, and the rest is debt")
    func takenFrom() async throws {
        try await withTill { till in
            try await till.ledger.give(20, reference: "late", expiresAt: newYear.advanced(byMilliseconds: hour))
            try await till.ledger.give(30, reference: "soon", priority: -1)
            try await till.tell(.paid())
            // Of the 30 that are spent first and the 20 that expire, and 60 of the purchase.
            let charge = try await till.ledger.hold(.generate(cost: 110))
            _ = try await till.ledger.settle(charge, at: newYear)
            try await till.ledger.give(7, reference: "new", priority: 5)
            try await till.ledger.give(9, reference: "first", priority: -5)
            try await till.tell(.refund(450))

            let rows = try RawDatabase(till.ledger.path).rows(
                "SELECT reference, remaining, reversed FROM grants WHERE reversed > 0 ORDER BY id"
            )
            #expect(rows == [["stripe:pur_1", "0", "40"], ["first", "4", "5"]])
            try await till.tell(.refund(550, re: "re_2"))
            let balance = try await till.ledger.balance(of: "ana", at: newYear)
            #expect(balance?.remaining == 0 && balance?.debt == 44 && balance?.reversed == 56)
            try await till.expectRightBooks()
        }
    }

    @Test("The history of an account has a purchase's refunds, disputes and debts")
    func history() async throws {
        try await withTill { till in
            try await till.tell(.paid())
            let charge = try await till.ledger.hold(.generate(cost: 80))
            _ = try await till.ledger.settle(charge, at: newYear)
            try await till.tell(.refund(500))
            let page = try await till.ledger.history(of: "ana", after: nil, count: 10)
            #expect(page.entries.map(\.kind) == [.debt, .reverse, .charge, .grant])
            #expect(page.entries.map(\.credits) == [0, -20, -80, 100])
            #expect(page.entries.map(\.reason) == ["purchase pur_1", "purchase pur_1", nil, "purchase pur_1"])
        }
    }

    @Test("A purchase with another amount waits until a person approves")
    func approved() async throws {
        try await withTill { till in
            let note = try Ledger.Note(by: "kim", reason: "agreed by phone")
            let early = try await till.ledger.approve("pur_1", note, at: newYear)
            #expect(early?.before == early?.after)
            try await till.tell(.paid(500))
            let held = try await till.purchase()
            #expect(held.position.status == .held && held.position.flags == [.amountMismatch])
            let flagged = try await till.ledger.purchases(.flagged(count: 10))
            #expect(flagged.map(\.purchase.id) == ["pur_1"])
            try await till.expectWorth(0)

            let change = try await till.ledger.approve("pur_1", note, at: newYear)
            #expect(change?.before?.status == .held && change?.after?.credits == 100)
            try await till.expectWorth(100)
            let notes = try RawDatabase(till.ledger.path).rows("SELECT kind, by, reason FROM notes")
            #expect(notes == [["approved purchase pur_1", "kim", "agreed by phone"]])
            let unknown = try await till.ledger.approve("pur_2", note, at: newYear)
            #expect(unknown == nil)
            let cleared = try await till.ledger.purchases(.flagged(count: 10))
            #expect(cleared.isEmpty)
            try await till.expectRightBooks()
        }
    }

    @Test("A purchase with another product waits until a person approves, also after it was granted")
    func otherProduct() async throws {
        try await withTill(Sale.purchase(product: "price_1")) { till in
            let note = try Ledger.Note(by: "kim", reason: "agreed by phone")
            try await till.tell(.bought("price_2"), .paid())
            let held = try await till.purchase()
            #expect(held.purchase.product == "price_1")
            #expect(held.position.status == .held && held.position.flags == [.packMismatch])
            #expect(held.facts == [.paid(), .bought("price_2")])
            let flagged = try await till.ledger.purchases(.flagged(count: 10))
            #expect(flagged.map(\.purchase.id) == ["pur_1"])
            try await till.expectWorth(0)
            let change = try await till.ledger.approve("pur_1", note, at: newYear)
            #expect(change?.before?.status == .held && change?.after?.credits == 100)
            try await till.expectWorth(100)

            // What it was for is told after the credits were granted, and partly spent.
            let late = Sale.purchase("pur_2", product: "price_1")
            let names = Purchase.Names(checkout: "cs_2", payments: ["pi_2"])
            try await till.record(late, checkout: "cs_2")
            try await till.tell(.paid(1000, "pi_2"), names: names)
            let charge = try await till.ledger.hold(.generate(cost: 150))
            _ = try await till.ledger.settle(charge, at: newYear)
            try await till.tell(.bought("price_1", 1, "pi_2"), names: names)
            try await till.expectWorth(50)
            try await till.tell(.bought("price_1", 2, "pi_2"), names: names)
            try await till.expectWorth(-50)
            _ = try await till.ledger.approve("pur_2", note, at: newYear)
            try await till.expectWorth(50)
            try await till.expectRightBooks()
        }
    }

    @Test("Purchases are listed with their facts, latest first")
    func records() async throws {
        try await withTill { till in
            let later = newYear.advanced(byMilliseconds: 5)
            let ben = Sale.purchase("pur_2", of: "ben", requestKey: "k")
            try await till.ledger.record(ben, under: .empty, at: later)
            try await till.tell(.opened, billing: Purchase.BillingDetails(name: "Ana", email: "old@example.com"))
            let billing = Purchase.BillingDetails(email: "ana@example.com", address: ["1 Road", "Oslo"])
            try await till.tell(.paid(), billing: billing, at: later)
            let record = try await till.purchase()
            #expect(record.checkout == "cs_1" && record.openedAt == newYear && record.paidAt == later)
            #expect(record.facts == [.opened, .paid()])
            #expect(
                record.billing
                    == Purchase.BillingDetails(name: "Ana", email: "ana@example.com", address: ["1 Road", "Oslo"])
            )
            let all = try await till.ledger.purchases(.latest(count: 10))
            #expect(all.map(\.purchase) == [ben, Sale.purchase()])
            let latest = try await till.ledger.purchases(.latest(count: 1))
            #expect(latest.map(\.purchase.id) == ["pur_2"])
            let ana = try await till.ledger.purchases(.account("ana", count: 10))
            #expect(ana.map(\.purchase.id) == ["pur_1"])
            let nobody = try await till.ledger.purchases(.account("cleo", count: 10))
            #expect(nobody.isEmpty)
        }
    }

    @Test("A purchase that would exceed the range of credits waits in the inbox, and nothing else is affected")
    func tooMany() async throws {
        try await withTill { till in
            try await till.ledger.give(.max, reference: "all there is")
            let receipt = try await till.tell(.paid())
            guard case .postponed(let reason, let retryAt) = receipt else { throw TestFailure("\(receipt)") }
            #expect(reason.contains("cannot be granted more than 9007199254740991 credits in total"))
            #expect(retryAt == newYear.advanced(byMilliseconds: minute))
            let record = try await till.purchase()
            #expect(record.facts == [])
            try await till.expectRightBooks()
        }
    }
}
