import FaregateBooks

#if os(Linux)
import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The threads and open files of this process, as Linux lists them.
/// [proc](https://man7.org/linux/man-pages/man5/proc.5.html)
@Suite("A ledger without references", .serialized) struct DroppedLedgerTests {
    private func openFiles(of path: String) -> Int {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return numbers.count { number in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + number))?.hasPrefix(path)
                ?? false
        }
    }

    private func pollUntilGone(_ path: String) async throws -> Int {
        for _ in 0..<500 where openFiles(of: path) > 0 { try await Task.sleep(for: .milliseconds(20)) }
        return openFiles(of: path)
    }

    @Test("A ledger without references leaves no thread, no open file, and a complete file")
    func dropped() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            var ledger: SQLiteLedger? = try await SQLiteLedger.open(path, readerCount: 3, clock: ManualClock())
            try await ledger?.give(10, reference: "promo")
            _ = try await ledger?.balance(of: "ana", at: newYear)
            // Writer, checkpoints and three readers; the file, its log and the shared memory.
            #expect(openFiles(of: path) > 5)
            ledger = nil
            let left = try await pollUntilGone(path)
            #expect(left == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["test.faregate"])
            let database = try RawDatabase(path)
            #expect(try database.rows("PRAGMA journal_mode") == [["delete"]])
            #expect(try database.rows("SELECT remaining FROM grants") == [["10"]])
        }
    }

    @Test("A ledger that is opened and dropped forty times leaves no threads")
    func threads() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            for number in 0..<40 {
                let ledger = try await SQLiteLedger.open(path, readerCount: 16, trace: nil)
                try await ledger.give(1, reference: GrantReference("\(number)"))
            }
            let left = try await pollUntilGone(path)
            #expect(left == 0)
            // Other tests have ledgers too, though not the 680 threads that these had.
            let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { thread in
                let name = try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)
                return name?.hasPrefix("faregate-") ?? false
            }
            #expect(threads < 340)
        }
    }
}
#endif
