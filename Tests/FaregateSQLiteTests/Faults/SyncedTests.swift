import Faregate
import FaregateSQLite
import Testing

@Suite struct SyncedTests {
    @Test("Whatever is acknowledged has been synced to the disk")
    func acknowledgedIsSynced() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            try await ledger.give(100, reference: "r")
            #expect(disk.unsyncedFiles == 0)
            let first = try await ledger.hold(.generate())
            #expect(disk.unsyncedFiles == 0)
            let second = try await ledger.hold(.generate())
            _ = try await ledger.settle(first, at: newYear)
            #expect(disk.unsyncedFiles == 0)
            _ = try await ledger.refund(second, because: .threw, at: newYear)
            #expect(disk.unsyncedFiles == 0)
            await ledger.close()
        }
    }
}
