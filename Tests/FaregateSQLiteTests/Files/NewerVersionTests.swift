import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite("A file that a newer version migrates while it is open") struct NewerVersionTests {
    @Test("A file migrated by a newer version is not written any more")
    func refused() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let events = Collected<String>()
            let ledger = try await SQLiteLedger.open(path, observer: { events.add("\($0)") }, trace: nil)
            try await ledger.give(100, reference: "promo")
            let held = try await ledger.hold(.generate())

            let newer = try RawDatabase(path)
            try newer.execute("BEGIN; UPDATE ledger SET version = 1000; PRAGMA user_version = 1000; COMMIT")
            let before = try newer.rows(NewerVersionTests.everything)
            for _ in 0..<2 {
                let said = await expectError(.newerSchema) { _ = try await ledger.charge(.generate(), at: newYear) }
                #expect(said.contains(path) && said.contains("update"))
            }
            await expectError(.newerSchema) { _ = try await ledger.settle(held, at: newYear) }
            let later = await withCheckedContinuation { continuation in
                ledger.settleLater(held, .whole, at: newYear) { continuation.resume(returning: $0) }
            }
            #expect(throws: LedgerError.self) { try later.get() }
            await ledger.performHousekeeping(at: newYear.advanced(byMilliseconds: hour))
            #expect(events.all.count { $0.hasPrefix("the ledger has stopped") } == 1)

            // Also when the newer version has gone, and even if somebody brings the file back.
            try newer.execute("UPDATE ledger SET version = 5; PRAGMA user_version = 5")
            await expectError(.newerSchema) { _ = try await ledger.charge(.generate(), at: newYear) }
            try newer.execute("UPDATE ledger SET version = 1000; PRAGMA user_version = 1000")
            await ledger.close()
            #expect(try newer.rows(NewerVersionTests.everything) == before)
            #expect(
                try newer.rows("PRAGMA journal_mode") == [["wal"]], "a ledger that has stopped leaves the log alone")
        }
    }

    private static let everything = """
        SELECT (SELECT group_concat(id || state) FROM charges), (SELECT count(*) FROM journal),
            (SELECT group_concat(remaining) FROM grants), (SELECT group_concat(id || alive_until) FROM holders)
        """
}
