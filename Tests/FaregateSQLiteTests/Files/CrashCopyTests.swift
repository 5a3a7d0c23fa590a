import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("The files that a crash leaves") struct CrashCopyTests {
    /// A ledger in use, and its files as a crash at that moment leaves them: without the shared memory.
    private func withCrash(_ body: (String) async throws -> Void) async throws {
        try await withFolder { folder in
            let path = folder + "/crashed.faregate"
            try await withLedger { ledger in
                try await ledger.give(100, reference: "promo")
                let settled = try await ledger.hold(.generate())
                #expect(try await ledger.settle(settled, at: newYear))
                _ = try await ledger.hold(.generate())
                for suffix in ["", "-wal"] {
                    try FileManager.default.copyItem(atPath: ledger.path + suffix, toPath: path + suffix)
                }
            }
            try await body(path)
        }
    }

    private func expectEverything(in path: String) async throws {
        let ledger = try await SQLiteLedger.open(path, creating: false, trace: nil)
        let balance = try await ledger.balance(of: "ana", at: newYear)
        #expect(
            balance.sums == AccountBalance(total: 100, used: 10, held: 10, remaining: 80, sources: [.promotion: 80]))
        let report = try await ledger.audit()
        #expect(report.charges == 2 && report.differences == [])
        let late = newYear.advanced(byMilliseconds: 2 * minute)
        let recovered = try await ledger.recover(at: late)
        #expect(recovered.count == 1)
        _ = try await ledger.hold(.generate(), at: late)
        await ledger.close()
        let files = try FileManager.default.contentsOfDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path
        )
        #expect(files == ["crashed.faregate"])
        #expect(try RawDatabase(path).integer("SELECT is_complete FROM ledger") == 1)
    }

    @Test("The files that a crash leaves are opened without loss")
    func opened() async throws {
        try await withCrash { path in try await expectEverything(in: path) }
    }

    @Test(
        "The files that a crash leaves are opened without loss after another SQLite program opened them",
        arguments: [true, false])
    func openedAfterATool(writes: Bool) async throws {
        try await withCrash { path in
            do {
                let tool = try RawDatabase(path)
                #expect(try tool.integer("SELECT count(*) FROM charges") == 2)
                if writes { try tool.execute("PRAGMA wal_checkpoint") }
            }
            #expect(!FileManager.default.fileExists(atPath: path + "-wal"), "the tool brought the log into the file")
            try await expectEverything(in: path)
        }
    }

    @Test("The files of a crash during a checkpoint are opened without loss")
    func crashWhileCopying() async throws {
        try await withCrash { path in
            // The log says then that it is not complete, until the copying is over.
            try await withCrashedTool(path) { try $0.execute("UPDATE ledger SET is_complete = 0") }
            try await expectEverything(in: path)
        }
    }

    /// Writes to the log, and crashes.
    private func withCrashedTool(_ path: String, _ body: (RawDatabase) throws -> Void) async throws {
        try await withFolder { folder in
            let tool = try RawDatabase(path)
            try body(tool)
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: folder + "/copy" + suffix)
            }
            withExtendedLifetime(tool) {}
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            for suffix in ["", "-wal"] {
                try FileManager.default.moveItem(atPath: folder + "/copy" + suffix, toPath: path + suffix)
            }
        }
    }
}
