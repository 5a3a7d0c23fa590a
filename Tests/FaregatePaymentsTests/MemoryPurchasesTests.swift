import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// The ledger in memory beside the one on disk: told the same, they hold the same. `FAREGATE_SEEDS` says how often.
@Suite(.timeLimit(.minutes(10))) struct MemoryPurchasesTests {
    private static let seeds = ProcessInfo.processInfo.environment["FAREGATE_SEEDS"].flatMap { UInt64($0) } ?? 60

    /// One after the other: sixty open ledgers are more files than tests that start processes can bear.
    @Test(
        "Told the same at random, both ledgers hold the same",
        .serialized,
        arguments: 1...MemoryPurchasesTests.seeds
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

    @Test("A ledger that never keeps house is found")
    func found() async throws {
        await #expect(throws: PurchaseConformance.Difference.self) {
            for seed: UInt64 in 1...20 {
                try await PurchaseConformance(seed: seed, operations: 200).check(MemoryPurchases()) { _ in }
            }
        }
    }
}
