import Faregate
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite("The audit of purchases") struct PurchaseAuditTests {
    /// What somebody did to the file, and what the audit says of it.
    struct Tampering: CustomTestStringConvertible, Sendable {
        let sql: String
        let expected: [String]
        var isMended = false

        var testDescription: String { sql }
    }

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
            sql: "UPDATE purchases SET flagged = 1",
            expected: ["purchase \"pur_1\" of ana: flag for review is set, expected not set"],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE purchases SET position = 0, unpaid = 1",
            expected: [
                "purchase \"pur_1\" of ana: net grant is 0, expected 70 by its entries",
                "purchase \"pur_1\" of ana: unpaid is yes, expected no",
                "purchase \"pur_1\" of ana: net grant is 0, expected 70 by its facts",
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
            sql: "DELETE FROM facts WHERE fact LIKE '%\"refund\"%'",
            expected: ["purchase \"pur_1\" of ana: net grant is 70, expected 100 by its facts"],
            isMended: true
        ),
        Tampering(
            sql: "DELETE FROM facts WHERE fact LIKE '%\"paid\"%'",
            expected: ["purchase \"pur_1\" of ana: net grant is 70, expected 0 by its facts"],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE facts SET fact = replace(fact, '300', '999') WHERE fact LIKE '%\"refund\"%'",
            expected: ["purchase \"pur_1\" of ana: net grant is 70, expected 1 by its facts"],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE facts SET fact = replace(fact, '1000', '999') WHERE fact LIKE '%\"paid\"%'",
            expected: [
                "purchase \"pur_1\" of ana: net grant is 70, expected 0 by its facts",
                "purchase \"pur_1\" of ana: flag for review is not set, expected amount mismatch",
            ],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE purchases SET product = 'price_2'",
            expected: [
                "purchase \"pur_1\" of ana: net grant is 70, expected 0 by its facts",
                "purchase \"pur_1\" of ana: flag for review is not set, expected pack mismatch",
            ],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE facts SET fact = replace(fact, 'price_1', 'price_2') WHERE fact LIKE '%\"bought\"%'",
            expected: [
                "purchase \"pur_1\" of ana: net grant is 70, expected 0 by its facts",
                "purchase \"pur_1\" of ana: flag for review is not set, expected pack mismatch",
            ],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE facts SET fact = '{}' WHERE fact LIKE '%\"refund\"%'",
            expected: [
                "purchase \"pur_1\" of ana: error in its facts is a fact about a purchase can't be read, expected none"
            ]
        ),
        Tampering(
            sql: "DELETE FROM purchase_entries WHERE entry = (SELECT id FROM journal WHERE kind = 'debt')",
            expected: [
                "purchase \"pur_1\" of ana: net grant is 70, expected 80 by its entries",
                "entry 4 of ana: cause is none, expected a purchase or a withdrawal",
            ]
        ),
        Tampering(
            sql: "UPDATE order_names SET order_id = 2 WHERE kind = 'checkout'",
            expected: ["purchase \"pur_1\" of ana: checkout id of its order is missing, expected cs_1"]
        ),
        Tampering(
            sql: "UPDATE orders SET merged_into = 1, unknown = 0 WHERE id = 2",
            expected: [
                "order 2 at stripe: provider id is checkout cs_7, expected none, because it was merged into order 1",
                "order 2 at stripe: number of facts that order 1 lacks is 1, expected 0",
            ]
        ),
    ]

    @Test(
        "The audit of purchases finds tampering, and a repair corrects what the facts determine", arguments: tamperings)
    func tampering(_ tampering: Tampering) async throws {
        try await withTill(Sale.purchase(product: "price_1")) { till in
            // Ana has spent 80 of 100, and 30 were taken back: 10 of them she owes. An order of nobody's is there too.
            try await till.tell(.bought("price_1"), .paid())
            let charge = try await till.ledger.hold(.generate(cost: 80))
            try await till.tell(.refund(300))
            _ = try await till.ledger.settle(charge, at: newYear)
            try await till.tell(.opened, names: Purchase.Names(checkout: "cs_7"))
            let clean = try await till.ledger.audit()
            #expect(clean.isClean && clean.purchases == 1 && clean.unlinkedFacts == 1 && clean.flaggedPurchases == 0)

            let database = try RawDatabase(till.ledger.path)
            let triggers = try database.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            for trigger in triggers { try database.execute("DROP TRIGGER \(trigger[0])") }
            try database.execute(tampering.sql)
            let report = try await till.ledger.audit()
            #expect(report.differences.map(\.description) == tampering.expected)
            guard tampering.isMended else { return }
            // What purchases grant adds up by a trigger.
            for trigger in triggers { try database.execute(trigger[1]) }
            let repaired = try await till.ledger.repair(report.differences, at: newYear)
            #expect(repaired == report.differenceCount)
            let after = try await till.ledger.audit()
            #expect(after.differences.map(\.description) == [])
            let record = try await till.purchase()
            try await till.expectWorth(record.position.credits.rawValue - 80)
        }
    }
}
