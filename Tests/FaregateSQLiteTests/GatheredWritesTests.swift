import Faregate
import FaregateTesting
import Foundation
import Testing

@testable import FaregateSQLite

@Suite(.timeLimit(.minutes(10))) struct GatheredWritesTests {
    @Test("A commit of some pages is one write")
    func oneWrite() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            try await ledger.give(100, reference: "r")

            disk.arm(.aWriteFails, at: 2)
            _ = try await ledger.hold(.generate(limits: [.perDay(5)]))
            #expect(disk.failures == 0)
            disk.arm(.aWriteFails, at: 1)
            await #expect(throws: LedgerError.self) { try await ledger.hold(.generate(limits: [.perDay(5)])) }
            #expect(disk.failures == 1)
            disk.mend()
            await ledger.close()
        }
    }

    @Test("The ledger's connection keeps transactions in memory")
    func nothingSpills() async throws {
        try await withFolder { folder in
            let connection = try Connection.openLedger(path: folder + "/test.faregate", FileAccess())
            #expect(try connection.integer("PRAGMA cache_spill") == 0)
        }
    }

    /// Larger than memory, or with steps that are undone: both at once SQLite itself doesn't recover, which is why the
    /// ledger's connection keeps transactions in memory.
    @Test("Every commit is in the file, also of a transaction larger than memory", arguments: 1...10, [false, true])
    func everyCommitIsThere(seed: Int, spills: Bool) async throws {
        try await withFolder { folder in
            let path = folder + "/test.db"
            await (try SQLiteLedger.open(path, trace: nil)).close()
            let connection = try Connection(path: path, FileAccess())
            try connection.execute(
                script: """
                    PRAGMA synchronous = NORMAL; -- a sync would bring what was kept to the file too
                    PRAGMA cache_size = 10;
                    PRAGMA cache_spill = \(spills ? "ON" : "OFF");
                    PRAGMA wal_autocheckpoint = 400;
                    CREATE TABLE things (id INTEGER PRIMARY KEY, thing TEXT NOT NULL);
                    """
            )
            connection.gatherLogWrites()
            let other = try RawDatabase(path)
            var random = SeededGenerator(seed: UInt64(seed))
            var things: [Int: Int] = [:]
            for _ in 1...30 {
                let changed = try connection.change(things, undoingSteps: !spills, &random)
                if let changed { things = changed }
                let expected = things.sorted { $0.key < $1.key }.map { ["\($0.key)", "\($0.value)"] }
                try #require(try other.things() == expected, "what another process sees")
                try #require(try thingsLeft(afterCrashOf: path) == expected, "what a crash leaves")
            }
            #expect(try other.rows("PRAGMA integrity_check") == [["ok"]])
        }
    }
}

/// Read from a copy of the files as they are now.
private func thingsLeft(afterCrashOf path: String) throws -> [[String]] {
    let copy = path + "-copy"
    defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) } }
    for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix) }
    return try RawDatabase(copy).things()
}

extension RawDatabase {
    fileprivate func things() throws -> [[String]] { try rows("SELECT id, length(thing) FROM things ORDER BY id") }
}

extension Connection {
    /// A transaction that adds, changes and deletes things, some of them in a savepoint that may be undone.
    ///
    /// - Returns: what there is then; nil when all of it was undone.
    fileprivate func change(
        _ things: [Int: Int],
        undoingSteps: Bool,
        _ random: inout SeededGenerator
    ) throws -> [Int: Int]? {
        var things = things
        try execute(script: "BEGIN IMMEDIATE")
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let before = things
            try execute(script: "SAVEPOINT step")
            for _ in 0..<[3, 30, 300][Int.random(in: 0...2, using: &random)] {
                let (id, size) = (Int.random(in: 1...1500, using: &random), Int.random(in: 0...900, using: &random))
                if Int.random(in: 1...5, using: &random) == 1 {
                    try execute(script: "DELETE FROM things WHERE id = \(id)")
                    things[id] = nil
                } else {
                    try execute(script: "REPLACE INTO things VALUES (\(id), substr(hex(zeroblob(450)), 1, \(size)))")
                    things[id] = size
                }
            }
            if undoingSteps, Int.random(in: 1...3, using: &random) == 1 {
                try execute(script: "ROLLBACK TO step")
                things = before
            }
            try execute(script: "RELEASE step")
        }
        guard Int.random(in: 1...6, using: &random) > 1 else {
            try execute(script: "ROLLBACK")
            return nil
        }
        try execute(script: "COMMIT")
        return things
    }
}
