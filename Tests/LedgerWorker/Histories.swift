import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation

/// `LedgerWorker histories COUNT [SEED]`: compares the SQLite ledger with the model, history after history, with an
/// audit after each. Meant for a release build, in which a history of 2,000 steps takes a fraction of a second.
enum Histories {
    static func run(_ arguments: [String]) async throws {
        guard let count = arguments.first.flatMap(UInt64.init), count > 0, arguments.count <= 2 else {
            print("usage: LedgerWorker histories COUNT [SEED]")
            exit(2)
        }
        // Starts with another seed each day, so that each day tries other histories; a failure names its seed.
        let start =
            arguments.dropFirst().first.flatMap(UInt64.init) ?? UInt64(Date().timeIntervalSince1970 / 86_400) << 20
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = start
            var done: UInt64 = 0
            func add() {
                guard next < start + count else { return }
                let seed = next
                next += 1
                group.addTask { try await check(seed) }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { add() }
            while try await group.next() != nil {
                done += 1
                if done.isMultiple(of: 10) || done == count { report("\(done) of \(count) histories, none differs") }
                add()
            }
        }
        print("\(count) histories of 2,000 steps from seed \(start): the ledger did what the model did")
    }

    private static func check(_ seed: UInt64) async throws {
        try await LookingChangesNothing(seed: seed).check()
        // Every second history runs with empty caches, other names and other terms, which must not make a difference.
        let isDisguised = seed.isMultiple(of: 2)
        let access = FileAccess(cacheSize: isDisguised ? 1 : nil)
        try await withLedger(access) { ledger in
            try await LedgerConformance(seed: seed).check(isDisguised ? DisguisedLedger(ledger, seed: seed) : ledger)
            let report = try await ledger.audit()
            guard report.differences.isEmpty else { throw BooksDiffer(seed: seed, what: "\(report.differences)") }
        }
        try await AccountsApart(seed: seed).check(MemoryLedger(), MemoryLedger())
        try await withLedger(access) { try await AccountsApart(seed: seed, operations: 300).check(MemoryLedger(), $0) }
    }

    private static func withLedger(_ access: FileAccess, _ body: (SQLiteLedger) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "histories-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try await SQLiteLedger.open(folder.path + "/history.faregate", access: access, trace: nil)
        do {
            try await body(ledger)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
    }

    private struct BooksDiffer: Error, CustomStringConvertible {
        let seed: UInt64
        let what: String
        var description: String { "seed \(seed), audited at its end: \(what)" }
    }

    /// One line that is overwritten, if the output is a terminal.
    private static func report(_ text: String) {
        let isWatched = isatty(STDERR_FILENO) == 1
        FileHandle.standardError.write(Data((isWatched ? "\r\(text)" : "\(text)\n").utf8))
    }
}
