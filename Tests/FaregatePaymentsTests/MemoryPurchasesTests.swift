import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Compares the ledger in memory with the one on disk after the same operations.
@Suite(.endsWhenStuck) struct MemoryPurchasesTests {
    /// One after the other: sixty open ledgers are too many files for tests that start processes.
    @Test(
        "The ledger in memory and the one in SQLite agree after random operations",
        .serialized,
        arguments: 1...Depth.of(quick: 3, thorough: 60) as ClosedRange<UInt64>
    )
    func same(seed: UInt64) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try await SQLiteLedger.open(folder.path + "/test.faregate", clock: ManualClock())
        try await PurchaseConformance(seed: seed, operations: 120).check(ledger) {
            await ledger.performHousekeeping(at: $0)
        }
        let report = try await ledger.audit()
        #expect(report.differences.map(\.description) == [])
        await ledger.close()
    }

    @Test("The comparison finds a ledger that skips its housekeeping")
    func found() async throws {
        await #expect(throws: PurchaseConformance.Difference.self) {
            for seed: UInt64 in 1...20 {
                try await PurchaseConformance(seed: seed, operations: 200).check(MemoryPurchases()) { _ in }
            }
        }
    }
}
