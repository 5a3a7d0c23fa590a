import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

@Suite("A ledger that was closed") struct ClosedFileTests {
    /// [The file format version numbers](https://www.sqlite.org/fileformat2.html#file_format_version_numbers): 1 in
    /// rollback mode, 2 with a log.
    private func formatVersions(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path))[18..<20])
    }

    private func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test("A closed ledger is one file, which needs no log")
    func alone() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            try await ledger.give(100, reference: "promo")
            #expect(try formatVersions(path) == [2, 2])
            #expect(try files(in: folder) == ["test.faregate", "test.faregate-shm", "test.faregate-wal"])
            await ledger.close()
            #expect(try files(in: folder) == ["test.faregate"])
            #expect(try formatVersions(path) == [1, 1])
            #expect(try RawDatabase(path).rows("SELECT is_complete, remaining FROM ledger, grants") == [["1", "100"]])
        }
    }

    @Test("A ledger closed while another process has it open leaves the log, and nothing is lost")
    func besideAnother() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let events = Collected<String>()
            var ledger = try await SQLiteLedger.open(path, observer: { events.add("\($0)") }, trace: nil)
            try await ledger.give(100, reference: "promo")
            let other = try RawDatabase(path)
            #expect(try other.integer("SELECT count(*) FROM grants") == 1)
            await ledger.close()
            #expect(try files(in: folder) == ["test.faregate", "test.faregate-shm", "test.faregate-wal"])
            #expect(try formatVersions(path) == [2, 2])
            #expect(events.all == [], "that is no failure")

            ledger = try await SQLiteLedger.open(path, observer: { events.add("\($0)") }, trace: nil)
            _ = try await ledger.hold(.generate())
            #expect(try other.integer("SELECT remaining FROM grants") == 90)
            await ledger.close()
            #expect(try other.rows("SELECT is_complete FROM ledger") == [["1"]])
        }
    }

    @Test("A ledger closed by its last process is one file")
    func theLast() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let first = try await SQLiteLedger.open(path, trace: nil)
            let second = try await SQLiteLedger.open(path, trace: nil)
            try await first.give(100, reference: "promo")
            await first.close()
            _ = try await second.hold(.generate())
            await second.close()
            #expect(try files(in: folder) == ["test.faregate"])
            #expect(try formatVersions(path) == [1, 1])
        }
    }
}
