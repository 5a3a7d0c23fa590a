import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import TestSupport
import Testing

@Suite struct ReadOnlyTests {
    @Test("A read-only file is refused with an error that says so, and opens when it can be written again")
    func readOnlyFile() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let path = folder + "/test.faregate"
            let access = FileAccess(vfs: disk.name)
            var ledger = try await SQLiteLedger.open(path, access: access, trace: nil)
            try await ledger.give(100, reference: "r")
            await ledger.close()

            disk.makeReadOnly()
            let error = await #expect(throws: LedgerError.self) {
                _ = try await SQLiteLedger.open(path, access: access, trace: nil)
            }
            #expect(error?.code == .readOnly)
            #expect(error?.description.contains(path) ?? false)

            disk.mend()
            ledger = try await SQLiteLedger.open(path, access: access, trace: nil)
            _ = try await ledger.hold(.generate())
            await ledger.close()
        }
    }

    @Test(
        "A ledger without permission to write is refused with an error that says so",
        .enabled(if: geteuid() != 0, "root may write anything"))
    func permissions() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            try await SQLiteLedger.open(path, trace: nil).close()
            chmod(path, 0o444)
            let error = await #expect(throws: LedgerError.self) {
                _ = try await SQLiteLedger.open(path, trace: nil)
            }
            #expect(error?.code == .readOnly)
        }
    }

    @Test("A charge fails as read-only and takes nothing when the disk turns read-only while the ledger is open")
    func turnsReadOnly() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            try await ledger.give(100, reference: "r")
            disk.arm(.writesForbidden, at: 1)
            let error = await #expect(throws: LedgerError.self) {
                _ = try await ledger.charge(.generate(), at: newYear)
            }
            #expect(error?.code == .readOnly)
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.remaining == 100)
            disk.mend()
            _ = try await ledger.hold(.generate())
            await ledger.close()
        }
    }
}
