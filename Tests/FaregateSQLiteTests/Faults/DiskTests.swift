import CSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The disk itself, proved with nothing but SQLite on it: what it takes away in a power cut, and what it leaves.
@Suite(.endsWhenStuck) struct DiskTests {
    private static let cuts = Depth.of(quick: 120, thorough: 500)

    @Test(
        "A database that waits for the disk loses no acknowledged row in a power cut",
        arguments: [
            Durability(journal: "WAL", synchronous: "FULL"), Durability(journal: "DELETE", synchronous: "EXTRA"),
        ]
    )
    func waiting(_ durability: Durability) async throws {
        try await withFolder { folder in
            let history = try RowHistory(durability, in: folder)
            let left = try (0..<DiskTests.cuts).map { try history.cut(seed: seed &+ UInt64($0)) }
            for left in left { #expect(left.problem == nil, "\(durability), \(left)") }
            #expect(Set(left.map(\.rows)).count > 10, "the cuts are all alike")
            // A commit of the other is done by one step, the journal's end.
            guard durability.journal == "WAL" else { return }
            // About one cut in forty leaves a whole commit that wasn't acknowledged yet.
            let arrives = try (0..<2000).contains { number in
                let left = try history.cut(seed: seed &+ UInt64(number))
                return left.rows > left.acknowledged
            }
            #expect(arrives, "nothing that was on its way ever arrives")
        }
    }

    /// `DELETE` with `FULL` doesn't wait until its journal's end has reached the disk: a power cut brings the journal
    /// back, and with it what was there before the last commit.
    /// [synchronous](https://www.sqlite.org/pragma.html#pragma_synchronous)
    @Test(
        "A database that doesn't wait for the disk loses acknowledged rows in a power cut",
        arguments: [
            Durability(journal: "WAL", synchronous: "OFF"), Durability(journal: "WAL", synchronous: "NORMAL"),
            Durability(journal: "DELETE", synchronous: "OFF"), Durability(journal: "DELETE", synchronous: "FULL"),
        ]
    )
    func notWaiting(_ durability: Durability) async throws {
        try await withFolder { folder in
            let history = try RowHistory(durability, in: folder)
            let left = try (0..<DiskTests.cuts).map { try history.cut(seed: seed &+ UInt64($0)) }
            #expect(left.contains { $0.problem != nil }, "\(durability)")
            // Without a sync anything may happen; with some of them only the last rows are gone.
            guard durability.synchronous != "OFF" else { return }
            for left in left where left.problem != nil { #expect(left.isIntact, "\(durability), \(left)") }
        }
    }

    @Test("A cut at the same moment leaves the same files with the same seed, and different files with another seed")
    func seeds() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk(isRecording: true)
            let database = try RawDatabase(folder + "/test.db", vfs: disk.name, creating: true)
            try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE things (thing);")
            try database.execute("INSERT INTO things VALUES (randomblob(20000))")
            let moment = disk.moment
            func files(_ seed: UInt64) throws -> [Data?] {
                let place = "\(folder)/\(UUID().uuidString)"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                try disk.cut(at: moment, seed: seed, into: place)
                return ["test.db", "test.db-wal"].map { FileManager.default.contents(atPath: "\(place)/\($0)") }
            }
            let first = try (0..<20).map { try files(seed &+ $0) }
            try database.execute("INSERT INTO things VALUES (randomblob(20000))")
            let second = try (0..<20).map { try files(seed &+ $0) }
            #expect(first == second)
            #expect(Set(first).count > 5)
        }
    }

    @Test("Data whose sync failed can be read until a power cut and is lost after it")
    func lost() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk(isRecording: true)
            let path = folder + "/test.db"
            let database = try RawDatabase(path, vfs: disk.name, creating: true)
            try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (id);")
            try database.execute("PRAGMA synchronous = NORMAL; INSERT INTO rows VALUES (1);")
            let before = disk.moment
            disk.lose(.log, at: 1)
            #expect(throws: TestFailure.self) { _ = try database.rows("PRAGMA wal_checkpoint") }
            #expect(disk.failures == 1)
            let after = disk.moment
            func rows(at moment: Int64) throws -> Set<[[String]]> {
                try Set(
                    (0..<50).map { number in
                        try afterCut(of: path, on: disk, at: moment, seed: seed &+ UInt64(number)) { left in
                            try left.rows("SELECT id FROM rows")
                        }
                    }
                )
            }
            #expect(try database.rows("SELECT id FROM rows") == [["1"]])
            #expect(try rows(at: before) == [[], [["1"]]])
            #expect(try rows(at: after) == [[]])

            // Later syncs succeed without it, and a log isn't read beyond what it lacks: not even where all is in the
            // database by now, whose pages give way to older ones in the log.
            try database.execute("PRAGMA synchronous = FULL; INSERT INTO rows VALUES (2);")
            #expect(try rows(at: disk.moment) == [[]])
            #expect(try database.rows("PRAGMA wal_checkpoint").first?.first == "0")
            #expect(try rows(at: disk.moment) == [[]])
            // Until it begins anew.
            try database.execute("PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO rows VALUES (3);")
            #expect(try rows(at: disk.moment) == [[["1"], ["2"], ["3"]]])
        }
    }

    @Test("Each connection that has the file open gets one error for a failed sync")
    func everybodyIsTold() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk(isRecording: true)
            let path = folder + "/test.db"
            let one = try RawDatabase(path, vfs: disk.name, creating: true)
            try one.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (id);")
            let other = try RawDatabase(path, vfs: disk.name)
            try other.execute("PRAGMA synchronous = FULL; INSERT INTO rows VALUES (1);")
            disk.lose(.log, at: 1)
            #expect(throws: TestFailure.self) { try one.execute("INSERT INTO rows VALUES (2)") }
            #expect(throws: TestFailure.self) { try other.execute("INSERT INTO rows VALUES (3)") }
            let late = try RawDatabase(path, vfs: disk.name)
            try late.execute("INSERT INTO rows VALUES (4)")
            for database in [one, other] { try database.execute("INSERT INTO rows VALUES (5)") }
            let rows = try afterCut(of: path, on: disk, at: disk.moment, seed: seed) { left in
                try left.rows("SELECT id FROM rows")
            }
            #expect(rows == [["1"], ["4"], ["5"], ["5"]])
        }
    }
}

struct Durability: Sendable, CustomTestStringConvertible {
    let journal: String
    let synchronous: String
    var testDescription: String { "\(journal), \(synchronous)" }
}

/// Opens what a power cut leaves, with SQLite's own VFS.
private func afterCut<Value>(
    of path: String,
    on disk: FaultyDisk,
    at moment: Int64,
    seed: UInt64,
    _ body: (RawDatabase) throws -> Value
) throws -> Value {
    let place = "\(path)-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    try disk.cut(at: moment, seed: seed, into: place)
    return try body(try RawDatabase(place + "/" + URL(fileURLWithPath: path).lastPathComponent, creating: true))
}

/// Rows with the numbers 1, 2, 3 and so on, each with a commit of its own, and when each was acknowledged.
private struct RowHistory {
    struct Left {
        let seed: UInt64
        let acknowledged: Int
        var rows = 0
        var problem: String?
        /// What there is, is the first rows, in a database that is whole.
        var isIntact = false
    }

    private let disk: FaultyDisk
    private let folder: String
    /// Of each row, the moment after its commit.
    private var acknowledged: [Int64] = []
    private let end: Int64

    init(_ durability: Durability, in folder: String) throws {
        self.folder = folder
        disk = try FaultyDisk(isRecording: true)
        var random = SeededGenerator(seed: seed)
        for visit in 0..<3 {
            let database = try RawDatabase(folder + "/test.db", vfs: disk.name, creating: true)
            try database.execute(
                """
                PRAGMA journal_mode = \(durability.journal);
                PRAGMA synchronous = \(durability.synchronous);
                CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, filling BLOB NOT NULL);
                """
            )
            for number in 1...30 {
                let size = Int.random(in: 1...6000, using: &random)
                try database.execute("INSERT INTO rows VALUES (\(visit * 30 + number), randomblob(\(size)))")
                acknowledged.append(disk.moment)
                guard durability.journal == "WAL", Int.random(in: 0..<10, using: &random) == 0 else { continue }
                let kind = ["PASSIVE", "RESTART", "TRUNCATE"].randomElement(using: &random) ?? ""
                try database.execute("PRAGMA wal_checkpoint(\(kind))")
            }
        }
        end = disk.moment
    }

    func cut(seed: UInt64) throws -> Left {
        var random = SeededGenerator(seed: seed)
        let moment = Int64.random(in: 0...end, using: &random)
        var left = Left(seed: seed, acknowledged: acknowledged.count { $0 <= moment })
        try afterCut(of: folder + "/test.db", on: disk, at: moment, seed: random.next()) { left.look(at: $0) }
        return left
    }
}

extension RowHistory.Left {
    fileprivate mutating func look(at database: RawDatabase) {
        do {
            let hasTable = try database.integer("SELECT count(*) FROM sqlite_schema") > 0
            let ids = hasTable ? try database.rows("SELECT id FROM rows ORDER BY id").compactMap { Int($0[0]) } : []
            rows = ids.count
            let check = try database.rows("PRAGMA integrity_check")
            isIntact = ids == Array(1..<(ids.count + 1)) && check == [["ok"]]
            if rows < acknowledged || !isIntact { problem = "rows are gone, or worse" }
        } catch {
            problem = "\(error)"
        }
    }
}
