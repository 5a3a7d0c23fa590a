#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("The audit of a PostgreSQL ledger's purchases", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresPurchaseAuditTests {
    static let tamperings: [Tampering] = [
        Tampering(
            sql: "UPDATE purchases SET position = 80",
            expected: [
                "purchase \"pur_1\" of ana: net grant is 80, expected 70 by its entries",
                "purchase \"pur_1\" of ana: net grant is 80, expected 70 by its facts",
            ],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE purchases SET flagged = TRUE",
            expected: ["purchase \"pur_1\" of ana: flag for review is set, expected not set"],
            isMended: true
        ),
        Tampering(
            sql: "DELETE FROM facts WHERE fact LIKE '%\"refund\"%'",
            expected: ["purchase \"pur_1\" of ana: net grant is 70, expected 100 by its facts"],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE facts SET fact = '{}' WHERE fact LIKE '%\"refund\"%'",
            expected: [
                "purchase \"pur_1\" of ana: error in its facts is a fact about a purchase can't be read, expected none"
            ]
        ),
        Tampering(
            sql: "UPDATE orders SET unknown = NOT unknown",
            expected: [
                "order 1 at stripe: marked as unknown is yes, expected no",
                "order 2 at stripe: marked as unknown is no, expected yes",
            ]
        ),
        Tampering(
            sql: "UPDATE orders SET merged_into = 1, unknown = FALSE WHERE id = 2",
            expected: [
                "order 2 at stripe: provider id is checkout cs_7, expected none, because it was merged into order 1",
                "order 2 at stripe: number of facts that order 1 lacks is 1, expected 0",
            ]
        ),
        Tampering(
            sql: "DELETE FROM purchase_entries WHERE entry IN (SELECT id FROM journal WHERE kind = 'reverse')",
            expected: [
                "purchase \"pur_1\" of ana: net grant is 70, expected 100 by its entries",
                "entry 2 of ana: cause is none, expected a purchase or a withdrawal",
            ]
        ),
        Tampering(
            sql: "UPDATE withdrawals SET credits = 9",
            expected: ["withdrawal \"mistake\" from ana: sum of its entries is 8, expected 9"]
        ),
    ]

    @Test(
        "The audit of purchases finds tampering, and a repair corrects what the facts determine",
        arguments: tamperings
    )
    func tampering(_ tampering: Tampering) async throws {
        try await Server.withTables { ledger, tables in
            try await sell(ledger)
            let clean = try await ledger.audit()
            #expect(clean.differences.map(\.description) == [])
            #expect(clean.purchases == 1 && clean.unlinkedFacts == 1 && clean.flaggedPurchases == 0)
            try await tables.tamper(tampering.sql)
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == tampering.expected)
            guard tampering.isMended else { return }
            let repaired = try await ledger.repair(report.differences, at: newYear)
            #expect(repaired == report.differenceCount)
            let after = try await ledger.audit()
            #expect(after.differences.map(\.description) == [])
        }
    }

    /// Ana bought 100 credits; 30 were refunded, and 8 taken away by hand. Another order belongs to nobody.
    private func sell(_ ledger: PostgresLedger) async throws {
        let purchase = Sale.purchase(product: "price_1")
        try await ledger.record(purchase, under: .free(nil), at: newYear)
        let checkout = Purchase.Names(checkout: "cs_1", payments: ["pi_1"])
        let events: [(Purchase.Names, Purchase.Fact)] = [
            (checkout, .bought("price_1")), (checkout, .paid()), (checkout, .refund(300)),
            (Purchase.Names(checkout: "cs_7"), .opened),
        ]
        let page = try #require(URL(string: "https://pay.example/cs_1"))
        try await ledger.attach(
            Purchase.Checkout(purchase: purchase.id, id: "cs_1", url: page, expiresAt: nil), to: purchase.id,
            at: newYear
        )
        for (number, (names, fact)) in events.enumerated() {
            let id = Inbox.Event.ID(provider: "stripe", event: "evt_\(number)")
            let event = Inbox.Event(id: id, type: "test", body: Data())
            let facts = [Purchase.Event(names: names, fact: fact)]
            _ = try await ledger.receive(event, reading: .facts(facts), at: newYear)
        }
        let withdrawal = try Withdrawal(
            account: "ana", credits: 8, reference: "mistake", note: Ledger.Note(by: "eva", reason: "too many"),
            plans: .empty
        )
        _ = try await ledger.withdraw(withdrawal, at: newYear)
    }
}
#endif
