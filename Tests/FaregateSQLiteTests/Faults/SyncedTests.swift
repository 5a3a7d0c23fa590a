import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite(.endsWhenStuck) struct SyncedTests {
    @Test("The ledger syncs each call to the disk before it acknowledges the call")
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

    @Test("No charge of 64 callers succeeds while syncs fail, and the credits come back")
    func crowdIsSynced() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            try await ledger.give(1000, reference: "r")
            disk.arm(.syncsFail, at: 1)
            let told = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<64 {
                    group.addTask { (try? await ledger.hold(.generate(cost: 1))) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(told == 0)
            #expect(disk.failures > 0)
            disk.mend()

            _ = try await ledger.hold(.generate(cost: 1))
            #expect(disk.unsyncedFiles == 0)
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.held == 1)
            #expect(balance?.remaining == 999)
            #expect(try RawDatabase(path).discrepancies() == [])
            await ledger.close()
        }
    }

    @Test("All 64 callers are answered, and all their calls are on the disk")
    func crowdIsAnswered() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            try await ledger.give(10_000, reference: "r")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        for _ in 0..<20 {
                            let charge = try await ledger.hold(.generate(cost: 1))
                            let isSettled = try await ledger.settle(charge, at: newYear)
                            #expect(isSettled)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(disk.unsyncedFiles == 0)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.used == 1280)
            await ledger.close()
        }
    }

    @Test("A closed ledger is one file, which holds everything")
    func closedIsOneFile() async throws {
        for _ in 0..<Depth.of(quick: 6, thorough: 20) {
            try await withFolder { folder in
                let ledger = try await SQLiteLedger.open(folder + "/test.faregate", readerCount: 8, trace: nil)
                try await ledger.give(100, reference: "r")
                // So many at once that every reader has the file open.
                try await withThrowingTaskGroup { group in
                    for _ in 0..<200 {
                        group.addTask { _ = try await ledger.balance(of: "ana", at: newYear) }
                    }
                    try await group.waitForAll()
                }
                await ledger.close()
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["test.faregate"])
            }
        }
    }
}
