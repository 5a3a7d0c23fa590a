import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import TestSupport
import Testing

@Suite(.endsWhenStuck) struct BusyTests {
    @Test("A call that waits too long for a lock fails as busy, and the next call succeeds")
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

    @Test("A file that another process has locked can't be opened, and the error says that it is busy")
    func lockedWhileOpening() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            try await SQLiteLedger.open(path, trace: nil).close()
            let somebody = try RawDatabase(path)
            try somebody.execute("BEGIN EXCLUSIVE")
            let access = FileAccess(busyTimeoutMilliseconds: 20)
            let error = await #expect(throws: LedgerError.self) {
                _ = try await SQLiteLedger.open(path, access: access, trace: nil)
            }
            #expect(error?.code == .busy)
            try somebody.execute("ROLLBACK")
            try await SQLiteLedger.open(path, access: access, trace: nil).close()
        }
    }

    @Test("Eight ledgers that open a new file at the same moment create it once, and all use it")
    func openedAllAtOnce() async throws {
        for _ in 0..<Depth.of(quick: 3, thorough: 20) {
            try await withFolder { folder in
                let path = folder + "/test.faregate"
                let ledgers = try await withThrowingTaskGroup { group in
                    for _ in 0..<8 { group.addTask { try await SQLiteLedger.open(path, trace: nil) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                for (number, ledger) in ledgers.enumerated() {
                    try await ledger.give(10, reference: GrantReference("\(number)"))
                }
                let balance = try #require(try await ledgers[0].balance(of: "ana", at: newYear))
                #expect(balance.remaining == 80)
                for ledger in ledgers { await ledger.close() }
            }
        }
    }

    @Test("Each of four servers that write to one file all the time gets a share of the writes")
    func everybodyGetsTheirTurn() async throws {
        try await withFolder { folder in
            let workers = try (0..<4).map { number in
                let log = "\(folder)/\(number).log"
                return try LoadWorker(folder + "/test.faregate", log: log, seed: UInt64(number), tasks: 8)
            }
            for worker in workers { try await worker.isReady() }
            var charged: [Int] = []
            repeat {
                try await Task.sleep(for: .milliseconds(20))
                charged = try workers.map { try LoadWorker.lines($0.log).count { $0.hasPrefix("charged") } }
            } while charged.reduce(0, +) < Depth.of(quick: 1000, thorough: 4000)
            for worker in workers { try worker.kill() }
            // A quarter each would be fair; who is shut out has hardly any.
            #expect(charged.allSatisfy { $0 * 20 > charged.reduce(0, +) }, "\(charged)")
        }
    }
}
