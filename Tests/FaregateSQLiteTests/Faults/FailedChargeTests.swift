import Faregate
import FaregateBooks
import FaregateSQLite
import TestSupport
import Testing

/// What a charge reads after it was written: what the account has left, and which limits in shadow mode were exceeded.
@Suite("A charge that fails") struct FailedChargeTests {
    private static let shadow = LimitCheck(
        name: "shadow",
        counter: "shadow",
        max: 1,
        window: .calendar(from: newYear, until: newYear.advanced(byMilliseconds: hour)),
        givesBack: true,
        isEnforced: false
    )

    /// Paid by two grants, and leaves less than the low balance.
    private static func request() -> ChargeRequest {
        let terms = ChargeTerms(
            action: "generate",
            limits: [shadow, .within(hour, 100)],
            plans: .free(),
            policyVersion: "test",
            rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1),
            lowBalance: 15
        )
        return ChargeRequest(account: "ana", cost: 10, under: terms)
    }

    private func counts(_ path: String) throws -> [[String]] {
        try RawDatabase(path).rows(
            """
            SELECT (SELECT count(*) FROM charges), (SELECT count(*) FROM journal), (SELECT count(*) FROM charge_grants),
                (SELECT sum(remaining) FROM grants), (SELECT sum(taken) FROM grants), (SELECT count(*) FROM counter_hits)
            """
        )
    }

    @Test("A charge whose read of the disk fails leaves nothing behind, whichever read it is")
    func everyRead() async throws {
        var failed = 0
        for nth in Int64(1)... {
            let disk = try FaultyDisk()
            let hasFailed = try await withFolder { folder in
                let access = FileAccess(vfs: disk.name)
                let path = folder + "/test.faregate"
                var ledger = try await SQLiteLedger.open(path, access: access, trace: nil)
                try await ledger.give(9, reference: "first", priority: -1)
                try await ledger.give(9, reference: "second")
                await ledger.close()
                let before = try counts(path)

                // With nothing in its cache, the ledger reads each page that the charge needs.
                ledger = try await SQLiteLedger.open(path, access: access, trace: nil)
                disk.arm(.aReadFails, at: nth)
                do {
                    let decision = try await ledger.charge(FailedChargeTests.request(), at: newYear)
                    #expect(decision == .held(ChargeID(rawValue: 1), spendable: 8))
                    #expect(try counts(path) == [["1", "4", "2", "8", "10", "1"]])
                } catch let error as LedgerError {
                    failed += 1
                    #expect(error.code == .failed && disk.failures > 0)
                    #expect(try counts(path) == before, "at read \(nth)")
                }
                let failures = disk.failures
                disk.mend()
                await ledger.close()
                return failures > 0
            }
            if !hasFailed { break }
        }
        #expect(failed > 5, "the charge reads more than \(failed) pages")
    }

    @Test("A charge that fails after its write leaves nothing behind, and other calls are charged")
    func damagedFigures() async throws {
        try await withLedger { ledger in
            try await ledger.give(9, reference: "first", priority: -1)
            try await ledger.give(9, reference: "second")
            try await ledger.give(100, to: "ben", reference: "promo")
            // More than anybody can have, so that no sum of it is believed.
            try RawDatabase(ledger.path).execute(
                """
                PRAGMA ignore_check_constraints = ON;
                DROP TRIGGER grants_keep_their_amount;
                UPDATE grants SET granted = 9007199254741991, remaining = 9007199254741991 WHERE reference = 'second'
                """
            )
            let before = try counts(ledger.path)
            async let other = ledger.hold(.generate(for: "ben"))
            let error = await #expect(throws: LedgerError.self) {
                _ = try await ledger.charge(FailedChargeTests.request(), at: newYear)
            }
            #expect(error?.code == .damaged)
            let held = try await other
            #expect(try await ledger.refund(held, because: .threw, at: newYear))
            let database = try RawDatabase(ledger.path)
            let mine = try database.rows(
                """
                SELECT (SELECT count(*) FROM charges WHERE account_id = 1), (SELECT count(*) FROM charge_grants),
                    (SELECT count(*) FROM journal WHERE account_id = 1), (SELECT count(*) FROM counter_hits),
                    (SELECT sum(remaining) FROM grants)
                """
            )
            #expect(mine == [["0", "0", "2", "0", before[0][3]]])
        }
    }
}
