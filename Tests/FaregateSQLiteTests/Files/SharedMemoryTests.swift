import Faregate
import FaregateSQLite
import TestSupport
import Testing

@Suite("A file system without shared memory") struct SharedMemoryTests {
    @Test(
        "A file system without shared memory is reported when a ledger is opened or created", arguments: [true, false])
    func noSharedMemory(isNew: Bool) async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            if !isNew { try await SQLiteLedger.open(path, trace: nil).close() }
            let disk = try FaultyDisk()
            disk.arm(.sharedMemoryIsMissing, at: 1)
            let error = await #expect(throws: LedgerError.self) {
                _ = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            }
            #expect(error?.code == .readOnly)
            let said = try #require(error?.description)
            #expect(said.contains(path) && said.contains("shared memory") && said.contains("local disk"))
            #expect(disk.openFiles == 0)

            disk.mend()
            let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            try await ledger.give(10, reference: "promo")
            await ledger.close()
        }
    }
}
