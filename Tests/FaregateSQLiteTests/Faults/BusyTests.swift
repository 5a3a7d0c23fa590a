import Faregate
import FaregateSQLite
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct BusyTests {
    @Test("A lock that somebody keeps too long is told as such, and what comes after it works")
    func lockedPastTheTimeout() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let access = FileAccess(busyTimeoutMilliseconds: 20)
            let ledger = try await SQLiteLedger.open(path, access: access, trace: nil)
            try await ledger.give(100, reference: "r")

            let somebody = try RawDatabase(path)
            try somebody.execute("BEGIN IMMEDIATE")
            let error = await #expect(throws: LedgerError.self) {
                _ = try await ledger.charge(.generate(), at: newYear)
            }
            #expect(error?.code == .busy)
            #expect(error?.description.contains(path) ?? false)
            // Reading waits for nobody.
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.remaining == 100)

            try somebody.execute("ROLLBACK")
            _ = try await ledger.hold(.generate())
            await ledger.close()
        }
    }

    @Test("A file that is being locked while it is opened is told as busy")
    func lockedWhileOpening() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            let somebody = try RawDatabase(path)
            try somebody.execute("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;")
            let access = FileAccess(busyTimeoutMilliseconds: 20)
            let error = await #expect(throws: LedgerError.self) {
                _ = try await SQLiteLedger.open(path, access: access, trace: nil)
            }
            #expect(error?.code == .busy)
            try somebody.execute("ROLLBACK")
            try await SQLiteLedger.open(path, access: access, trace: nil).close()
        }
    }
}
