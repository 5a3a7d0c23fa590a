#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import TestSupport
import Testing

@Suite("The audit of a PostgreSQL ledger", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresAuditTests {
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
            sql: "UPDATE grants SET spent = FALSE WHERE reference = 'old'",
            expected: [
                "grant \"old\" of ana: spent is no, expected yes",
                "ana: next refresh is after its first grant expires, expected by the time its first grant expires",
            ],
            isMended: true
        ),
        Tampering(
            sql: """
                ALTER TABLE grants DROP CONSTRAINT grants_check;
                UPDATE grants SET taken = taken + 1 WHERE reference = 'promo'
                """,
            expected: [
                "grant \"promo\" of ana: taken is 30, expected 29",
                "grant \"promo\" of ana: remaining + taken + expired + reversed is 101, expected 100",
            ],
            isMended: true
        ),
        Tampering(
            sql: "UPDATE charges SET cost = 11 WHERE id = 2",
            expected: [
                "charge 2 of ana for generate: held is 11, expected 10",
                "charge 2 of ana for generate: cost is 11, expected 10",
            ]
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
            sql: "UPDATE charges SET grant_id = (SELECT id FROM grants WHERE reference = 'first') WHERE id = 1",
            expected: [
                "charge 1 of ana for generate: grant of its entries is grant \"promo\" of ana, expected grant \"first\" of ana"
            ]
        ),
        Tampering(
            sql: """
                INSERT INTO charges (id, account_id, price_id, holder_id, created_at, state_since, quoted, cost)
                SELECT 99, account_id, price_id, holder_id, 1, 1, 0, 0 FROM charges WHERE id = 2
                """,
            expected: ["charge 99 of ana for generate: number of journal lines is 0, expected at least 1"]
        ),
        Tampering(
            sql: "DELETE FROM journal WHERE kind = 'settle' AND charge_id = 1",
            expected: ["charge 1 of ana for generate: held is 0, expected 10"]
        ),
        Tampering(
            sql: "UPDATE charges SET price_id = 77, member_id = 78 WHERE id = 1",
            expected: [
                "charge 1 of ana: price is missing (number 77), expected a recorded price",
                "charge 1 of ana: member is number 78, expected a member of ana",
            ]
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
            sql: "UPDATE counter_hits SET limit_id = 77",
            expected: [
                "limit \"generate/calls within 1h by account\" of ana: used is 1, expected 0",
                "limit \"77\" of ana: counter is missing, expected a counter for its hits",
            ]
        ),
        Tampering(
            sql: """
                INSERT INTO counters (account_id, member_id, limit_id, window_start, window_end, used)
                VALUES (0, 0, 77, 0, 0, 0)
                """,
            expected: ["limit \"77\" of everyone: record of its limit, account or member is missing, expected one"]
        ),
    ]

    @Test("The audit finds tampering, and a repair corrects what the journal determines", arguments: tamperings)
    func tampering(_ tampering: Tampering) async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.keepBooks()
            let clean = try await ledger.audit()
            #expect(clean.differences.map(\.description) == [])
            try await tables.tamper(tampering.sql)
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == tampering.expected)
            guard tampering.isMended else { return }
            #expect(report.differences.allSatisfy { $0.isRepairable })
            let repaired = try await ledger.repair(report.differences)
            #expect(repaired == report.differenceCount)
            let after = try await ledger.audit()
            #expect(after.differences.map(\.description) == [])
        }
    }

    @Test("A repair while calls go on loses none of them")
    func busy() async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.give(100_000, reference: "much")
            for _ in 1...5 {
                try await tables.tamper("UPDATE grants SET remaining = remaining - 5, taken = taken + 5")
                let report = try await ledger.audit()
                #expect(report.differenceCount == 2)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 1...50 { group.addTask { _ = try await ledger.hold(.generate()) } }
                    group.addTask { _ = try await ledger.repair(report.differences) }
                    try await group.waitForAll()
                }
                let after = try await ledger.audit()
                #expect(after.differences.map(\.description) == [])
            }
        }
    }

    @Test("An audit reports its steps in order")
    func steps() async throws {
        try await Server.withLedger { ledger in
            let steps = Collected<Ledger.AuditProgress>()
            _ = try await ledger.audit { steps.add($0) }
            #expect(steps.all.map(\.completed) == Array(0..<steps.all.count))
            #expect(steps.all.allSatisfy { $0.total == steps.all.count && !$0.step.isEmpty })
        }
    }

    @Test("A closed ledger isn't audited")
    func closed() async throws {
        try await Server.withLedger { ledger in
            await ledger.close()
            let error = await #expect(throws: LedgerError.self) { try await ledger.audit() }
            #expect(error?.code == .closed)
        }
    }
}
#endif
