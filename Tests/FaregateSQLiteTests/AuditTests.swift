import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite(.endsWhenStuck) struct AuditTests {
    @Test("The audit is clean after any history", arguments: 1...Depth.of(quick: 1, thorough: 8))
    func randomHistoriesAuditClean(seed: UInt64) async throws {
        try await withLedger { ledger in
            try await LedgerConformance(seed: seed, operations: 400).check(ledger)
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == [])
            #expect(report.isClean && report.charges > 0 && report.entries > report.charges)
        }
    }

    @Test("An audit reports its steps in order") func theStepsAreToldInOrder() async throws {
        try await withLedger { ledger in
            let steps = Collected<Ledger.AuditProgress>()
            _ = try await ledger.audit { steps.add($0) }
            #expect(steps.all.map(\.completed) == Array(0..<steps.all.count))
            #expect(steps.all.allSatisfy { $0.total == steps.all.count && !$0.step.isEmpty })
        }
    }

    /// What somebody did to the file, and what the audit says of it.
    struct Tampering: CustomTestStringConvertible, Sendable {
        let sql: String
        let expected: [String]
        /// Whether it can be set right.
        var isMended = false

        var testDescription: String { sql }
    }

    static let tamperings: [Tampering] = [
        Tampering(
            sql: "UPDATE grants SET remaining = remaining + 5, granted = granted + 5 WHERE reference = 'promo'",
            expected: [
                "grant \"promo\" of ana: granted is 105, expected 100",
                "grant \"promo\" of ana: remaining is 76, expected 71",
            ]
        ),
        Tampering(
            sql: "UPDATE grants SET remaining = remaining + 5, taken = taken - 5 WHERE reference = 'promo'",
            expected: [
                "grant \"promo\" of ana: remaining is 76, expected 71",
                "grant \"promo\" of ana: taken is 24, expected 29",
            ],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE grants SET expired = expired - 3, reversed = 3 WHERE reference = 'old'",
            expected: [
                "grant \"old\" of ana: expired is 4, expected 7", "grant \"old\" of ana: reversed is 3, expected 0",
            ],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE grants SET spent = 0 WHERE reference = 'old'",
            expected: [
                "grant \"old\" of ana: spent is no, expected yes",
                "ana: next refresh is after its first grant expires, expected by the time its first grant expires",
            ],
            isMended: true
        ),
        Tampering(
            sql: "PRAGMA ignore_check_constraints = ON; UPDATE grants SET taken = taken + 1 WHERE reference = 'promo'",
            expected: [
                "the file: SQLite's check is CHECK constraint failed in grants, expected no damage",
                "grant \"promo\" of ana: taken is 30, expected 29",
                "grant \"promo\" of ana: remaining + taken + expired + reversed is 101, expected 100",
            ],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE charges SET cost = 11 WHERE id = 1",
            expected: ["charge 1 of ana for generate: cost is 11, expected 10"]
        ),
        Tampering(
            sql: "UPDATE charges SET cost = 11 WHERE id = 2",
            expected: [
                "charge 2 of ana for generate: held is 11, expected 10",
                "charge 2 of ana for generate: cost is 11, expected 10",
            ]
        ),
        Tampering(
            sql: "UPDATE charges SET state = 1, state_since = 1 WHERE id = 2",
            expected: ["charge 2 of ana for generate: held is 0, expected 10"]
        ),
        Tampering(
            sql: "UPDATE charges SET debt = 1 WHERE id = 4",
            expected: ["charge 4 of bob for generate: debt is 1, expected 15"]
        ),
        Tampering(
            sql: "UPDATE charge_grants SET credits = credits + 1 WHERE charge_id = 3 AND credits = 3",
            expected: ["charge 3 of ana for generate: paid by grant \"first\" of ana is 4, expected 3"]
        ),
        Tampering(
            sql: "UPDATE accounts SET debt = 0 WHERE name = 'bob'",
            expected: ["bob: debt is 0, expected 15"],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE accounts SET last_entry = last_entry - 1 WHERE name = 'bob'",
            expected: ["bob: latest entry is 13, expected 14"],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE accounts SET last_entry = NULL WHERE name = 'bob'",
            expected: ["bob: latest entry is none, expected 14"],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE journal SET previous = 1 WHERE id = 4",
            expected: ["entry 4 of ana: previous entry is 1, expected 3"]
        ),
        Tampering(
            sql: "UPDATE journal SET previous = 1 WHERE kind = 'settle' AND charge_id = 1",
            expected: ["entry 5 of ana: previous entry is 1, expected none"]
        ),
        Tampering(
            sql: "UPDATE journal SET grant_id = 77 WHERE id = 1",
            expected: [
                "grant \"promo\" of ana: granted is 100, expected 0",
                "grant \"promo\" of ana: remaining is 71, expected -29",
                "entry 1 of ana: grant is missing (number 77), expected a recorded grant",
            ]
        ),
        Tampering(
            sql: "UPDATE journal SET account_id = 77 WHERE kind = 'settle' AND charge_id = 1",
            expected: [
                "charge 1 of ana for generate: account of its entries is no account, expected ana",
                "account 77: record is missing (journal lines: 1), expected an account",
            ]
        ),
        Tampering(
            sql: "UPDATE journal SET account_id = 2 WHERE kind = 'expire'",
            expected: [
                "grant \"old\" of ana: account of its entries is bob, expected ana",
                "entry 4 of ana: previous entry is 3, expected 2",
                "entry 3 of bob: previous entry is 2, expected none",
                "entry 12 of bob: previous entry is none, expected 3",
            ]
        ),
        Tampering(
            sql: "UPDATE charges SET grant_id = (SELECT id FROM grants WHERE reference = 'first') WHERE id = 1",
            expected: [
                "charge 1 of ana for generate: grant of its entries is grant \"promo\" of ana, expected grant \"first\" of ana"
            ]
        ),
        Tampering(
            sql: """
                INSERT INTO charges (id, account_id, price_id, holder_id, created_at, state_since, quoted, cost)
                VALUES (99, 1, 1, (SELECT id FROM holders), 1, 1, 0, 0)
                """,
            expected: ["charge 99 of ana for generate: number of journal lines is 0, expected at least 1"]
        ),
        Tampering(
            sql: """
                INSERT INTO journal (at, account_id, kind, credits, held, charge_id) VALUES (1, 1, 'settle', 0, 0, 99)
                """,
            expected: ["charge 99: record is missing, expected a charge"]
        ),
        Tampering(
            sql: "DELETE FROM journal WHERE kind = 'settle' AND charge_id = 1",
            expected: ["charge 1 of ana for generate: held is 0, expected 10"]
        ),
        Tampering(
            sql: "UPDATE charges SET price_id = 77 WHERE id = 1",
            expected: ["charge 1 of ana: price is missing (number 77), expected a recorded price"]
        ),
        Tampering(
            sql: "UPDATE charges SET member_id = 77 WHERE id = 1",
            expected: ["charge 1 of ana for generate: member is number 77, expected a member of ana"]
        ),
        Tampering(
            sql: "INSERT INTO successors (abandoned, charge_id) VALUES (77, 1)",
            expected: [
                "charge 1 of ana for generate: replaced charge is missing (number 77), expected a recorded charge"
            ]
        ),
        Tampering(
            sql: "INSERT INTO successors (abandoned, charge_id) VALUES (1, 77)",
            expected: ["charge 1: replacement is missing (number 77), expected a recorded charge"]
        ),
        Tampering(
            sql: "DELETE FROM holders",
            expected: ["charge 2 of ana for generate: holder is missing, expected a recorded process"]
        ),
        Tampering(
            sql: "UPDATE keys SET charge_id = 77",
            expected: ["key \"k\" of ana for generate: charge is missing (number 77), expected a charge of the account"]
        ),
        Tampering(
            sql: "UPDATE counters SET used = 5 WHERE window_ms IS NOT NULL",
            expected: ["limit \"generate/calls within 1h by account\" of ana: used is 5, expected 1"],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE counters SET used = 2 WHERE window_ms IS NULL",
            expected: ["limit \"generate/calls per day by account\" of ana: used is 2, expected at most 1"]
        ),
        Tampering(
            sql: "UPDATE counter_hits SET charge_id = 77",
            expected: [
                "limit \"generate/calls within 1h by account\" of ana: charge of a hit is missing (number 77), "
                    + "expected a recorded charge"
            ]
        ),
        Tampering(
            sql: "UPDATE counter_hits SET limit_id = 77",
            expected: [
                "limit \"generate/calls within 1h by account\" of ana: used is 1, expected 0",
                "limit \"77\" of ana: counter is missing, expected a counter for its hits",
            ]
        ),
        Tampering(
            sql:
                "INSERT INTO counters (account_id, member_id, limit_id, window_start, window_end, used) VALUES (0, 0, 77, 0, 0, 0)",
            expected: ["limit \"77\" of everyone: record of its limit, account or member is missing, expected one"]
        ),
        Tampering(
            sql: "UPDATE grants SET actions = '[\"chat\"]' WHERE reference = 'first'",
            expected: [
                "charge 3 of ana for generate: paid by grant \"first\" of ana is credits for [\"chat\"], "
                    + "expected credits for generate"
            ]
        ),
        Tampering(
            sql: "PRAGMA foreign_keys = OFF; INSERT INTO members (account_id, name) VALUES (77, 'mia')",
            expected: ["row 1 of members: reference is missing, expected a row of accounts"]
        ),
    ]

    @Test("The audit finds tampering, and a repair corrects what the journal determines", arguments: tamperings)
    func tamperingIsFound(_ tampering: Tampering) async throws {
        try await withBooks { ledger, database in
            try database.execute(tampering.sql)
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == tampering.expected)
            guard tampering.isMended else { return }
            let repairable = report.differences.filter(\.isRepairable)
            #expect(report.differences.allSatisfy { $0.isRepairable || $0.subject == "the file" })
            let repaired = try await ledger.repair(report.differences)
            #expect(repaired == repairable.count)
            let after = try await ledger.audit()
            #expect(after.differences.map(\.description) == [])
        }
    }

    @Test("A repair changes nothing if the schema forbids the change") func whatTheSchemaForbidsIsNotRepaired()
        async throws
    {
        try await withBooks { ledger, database in
            try database.execute("UPDATE grants SET granted = 105, remaining = 76 WHERE reference = 'promo'")
            let report = try await ledger.audit()
            let repaired = try await ledger.repair(report.differences)
            #expect(repaired == 0)
            let after = try await ledger.audit()
            #expect(after.differences == report.differences)
        }
    }

    @Test("An audit counts all differences and lists some of them") func manyDifferencesAreCountedAndSomeAreTold()
        async throws
    {
        try await withBooks { ledger, database in
            try database.execute(
                """
                WITH RECURSIVE number (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM number WHERE n < 1299)
                INSERT INTO keys (account_id, action, key, charge_id, expires_at) SELECT 1, 'generate', n, n, 1 FROM number
                """
            )
            let report = try await ledger.audit()
            #expect(report.differenceCount == 1200)
            #expect(report.differences.count == Ledger.AuditReport.maximumDifferences)
        }
    }

    /// The books of `keepBooks`. Nothing guards the file any more.
    private func withBooks(_ body: (SQLiteLedger, RawDatabase) async throws -> Void) async throws {
        try await withLedger { ledger in
            try await ledger.keepBooks()
            let clean = try await ledger.audit()
            #expect(clean.differences.map(\.description) == [])
            let database = try RawDatabase(ledger.path)
            for trigger in try database.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
                try database.execute("DROP TRIGGER \(trigger[0])")
            }
            try await body(ledger, database)
        }
    }
}
