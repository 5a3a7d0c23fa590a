import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import TestSupport
import Testing

@Suite("A disk that stalls", .serialized, .endsWhenStuck) struct StalledDiskTests {
    /// Swift has as many threads for tasks as there are cores. If whatever waits for the disk kept one of them, no
    /// other task would run until the disk goes on.
    @Test("A stalled disk delays only the tasks that wait for it")
    func cooperativePool() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let access = FileAccess(vfs: disk.name)
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", access: access, trace: nil)
            try await ledger.give(1000, reference: "promo")
            let held = try await ledger.hold(.generate())
            let count = 2 * ProcessInfo.processInfo.activeProcessorCount
            var closing: [SQLiteLedger] = []
            for number in 0..<count {
                closing.append(try await SQLiteLedger.open("\(folder)/closing-\(number)", access: access, trace: nil))
            }
            let work: [@Sendable (Int) async throws -> Void] = [
                { _ in _ = try await ledger.hold(.generate(cost: 1)) },
                { _ in _ = try await ledger.balance(of: "ana", at: newYear) },
                { _ in _ = try await ledger.explain(held) },
                { _ in _ = try await ledger.audit() },
                { try await ledger.backup(to: "\(folder)/backup-\($0)") },
                { try await SQLiteLedger.open("\(folder)/new-\($0)", access: access, trace: nil).close() },
                { [closing] in await closing[$0].close() },
            ]
            let (started, done) = (Collected<Int>(), Collected<Int>())
            disk.stall()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    for (kind, work) in work.enumerated() {
                        group.addTask {
                            started.add(kind)
                            try await work(number)
                            done.add(kind)
                        }
                    }
                }
                // All of them are under way, and this task goes on.
                await started.wait(for: count * work.count)
                let probe = Task.detached { done.all.count }
                let finished = await probe.value
                #expect(finished == 0, "other tasks only ran when \(finished) that wait for the disk had ended")
                disk.goOn()
                try await group.waitForAll()
            }
            await ledger.close()
        }
    }

    @Test("A stalled disk lets a limited number of reads wait, and refuses further ones as overloaded")
    func tooManyReads() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let access = FileAccess(vfs: disk.name)
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", access: access, trace: nil)
            disk.stall()
            let codes = await withTaskGroup(of: LedgerError.Code?.self) { group in
                for _ in 0..<10_100 {
                    group.addTask {
                        do throws(LedgerError) { _ = try await ledger.balance(of: "ana", at: newYear) } catch {
                            return error.code
                        }
                        return nil
                    }
                }
                // Nobody else is answered before the disk goes on.
                let first = await group.next() ?? nil
                disk.goOn()
                return await group.reduce(into: [first]) { codes, code in codes.append(code) }
            }
            #expect(codes.first == .overloaded)
            #expect(codes.count { $0 == nil } >= 10_000)
            #expect(codes.allSatisfy { $0 == nil || $0 == .overloaded })
            await ledger.close()
        }
    }
}
