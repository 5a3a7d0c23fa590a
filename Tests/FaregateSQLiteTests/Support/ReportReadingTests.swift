import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// What `faregate report` reads, apart from calls.
@Suite(.endsWhenStuck) struct ReportReadingTests {
    private static let always = Timestamp(rawValue: .min)..<Timestamp.never

    private func flow(
        _ ledger: SQLiteLedger, _ period: Range<Timestamp> = always, at now: Timestamp
    ) async throws -> CreditFlow {
        try await ledger.creditFlow(in: period, at: now) { _ in }
    }

    @Test("The report's sums of credits agree with the balances and the journal, in random histories")
    func random() async throws {
        try await withLedger { ledger in
            _ = try await ledger.keepRandomBooks(seed: seed)
            #expect(try await ledger.reportDifferences() == [])
        }
    }

    @Test("Each source of credits and each loss of credits is counted once, in the period in which it happened")
    func kinds() async throws {
        try await withLedger { ledger in
            func at(_ hours: Int64) -> Timestamp { newYear.advanced(byMilliseconds: hours * hour) }
            try await ledger.give(100, reference: "gift")
            try await ledger.give(30, reference: "sorry", source: .adjustment, at: at(1))
            try await ledger.give(7, reference: "short", expiresAt: at(2), at: at(1))
            // Nothing has refreshed the account since its credits expired.
            #expect(try await flow(ledger, at(2)..<at(3), at: at(2)).expired == 7)
            #expect(try await flow(ledger, at(2)..<at(3), at: at(1)).expired == 0)
            let note = try Ledger.Note(by: "eva", reason: "too many")
            let withdrawal = try Withdrawal(
                account: "ana", credits: 4, from: "gift", reference: "mistake", note: note, plans: .empty)
            _ = try await ledger.withdraw(withdrawal, at: at(3))
            try await ledger.record(Sale.purchase("pur_1"), under: .empty, at: at(4))
            let names = Purchase.Names(purchase: "pur_1", checkout: "cs_1", payments: ["pi_1"])
            for (number, fact) in [Purchase.Fact.paid(), .refundedSoFar(payment: "pi_1", amount: Sale.usd(500))]
                .enumerated()
            {
                let event = Inbox.Event(
                    id: Inbox.Event.ID(provider: "stripe", event: "evt_\(number)"), type: "test", body: Data("{}".utf8))
                let read = Purchase.Event(names: names, fact: fact)
                _ = try await ledger.receive(event, reading: .facts([read]), at: at(5 + Int64(number)))
            }
            var expected = CreditFlow()
            (expected.promotion, expected.adjustment, expected.expired) = (107, 30, 7)
            (expected.withdrawn, expected.bought, expected.takenBack) = (4, 100, 50)
            #expect(try await flow(ledger, at: at(9)) == expected)
            #expect(try await flow(ledger, at(3)..<at(4), at: at(9)).withdrawn == 4)
            #expect(try await flow(ledger, at(4)..<at(6), at: at(9)).takenBack == 0)
            #expect(try await flow(ledger, at(6)..<at(7), at: at(9)).takenBack == 50)
            #expect(try await flow(ledger, at(2)..<at(3), at: at(9)).expired == 7)
            #expect(try await flow(ledger, at(0)..<at(2), at: at(9)).expired == 0)
            #expect(try await flow(ledger, at(0)..<at(1), at: at(9)).promotion == 100)
            #expect(try await flow(ledger, at(1)..<at(5), at: at(9)).bought == 0)
            #expect(try await flow(ledger, at(5)..<at(6), at: at(9)).bought == 100)
        }
    }

    @Test("Grants and accounts that fill several pages are counted once each")
    func manyPages() async throws {
        try await withLedger { ledger in
            try await ledger.give(1, reference: "gift")
            let database = try RawDatabase(ledger.path)
            try database.execute(
                """
                WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < 2500)
                INSERT INTO accounts (id, name, opened_at, last_entry) SELECT 3 * n, 'a' || n, 0, 1 FROM number;
                INSERT INTO grants (account_id, source, priority, expires_at, position, granted, remaining, granted_at,
                    reference)
                SELECT id, 2, 0, \(Timestamp.never.rawValue), 0, id, id, \(newYear.rawValue), 'gift' FROM accounts
                WHERE id > 1;
                """
            )
            let sum = 1 + 3 * (2...2500).reduce(0, +)
            #expect(try await flow(ledger, at: newYear).promotion == Int64(sum))
            var pages: [Int] = []
            let found = try await ledger.lowAccounts(below: 40, changedSince: newYear, count: 3, at: newYear) {
                pages.append($0)
            }
            #expect(found.accounts == 2500 && found.remaining == Int64(sum) && pages.count == 3)
            #expect(found.lowCount == 13 && found.low.map(\.account) == ["ana", "a2", "a3"])
            let later = newYear.advanced(byMilliseconds: 1)
            #expect(
                try await ledger.lowAccounts(below: 40, changedSince: later, count: 3, at: later) { _ in }.low == [])
        }
    }

    @Test("Sums beyond the largest number stay the largest number")
    func largest() {
        var sum = Int64.max - 1
        sum.add(5)
        #expect(sum == .max)
        var debt = Int64.min + 1
        debt.add(-5)
        #expect(debt == .min)
    }
}
