import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

@Suite("A log that grew during a long read") struct LongReaderTests {
    private static let keptBytes = 64 << 20

    @Test("A log that grew during long reads is truncated to 64 MiB after them")
    func cutBack() async throws {
        try await withLedger { ledger in
            let reader = try RawDatabase(ledger.path)
            try reader.execute("BEGIN")
            #expect(try reader.integer("SELECT count(*) FROM charges") == 0)
            func write(_ count: Int) async throws {
                for _ in 0..<count { _ = try await ledger.hold(.large(megabytes: 2)) }
            }
            let log = ledger.path + "-wal"
            try await write(Depth.of(quick: 37, thorough: 50))
            #expect(try FileManager.default.size(log) > LongReaderTests.keptBytes + (8 << 20))
            #expect(
                try reader.integer("SELECT count(*) FROM charges") == 0, "the reader still sees the moment it began")

            try reader.execute("COMMIT")
            try await write(20)
            #expect(try FileManager.default.size(log) <= LongReaderTests.keptBytes + (4 << 20))
            let report = try await ledger.audit()
            #expect(report.charges == Depth.of(quick: 57, thorough: 70) && report.isClean)
        }
    }
}
