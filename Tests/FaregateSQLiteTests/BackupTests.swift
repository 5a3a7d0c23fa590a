import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite(.endsWhenStuck) struct BackupTests {
    @Test("A backup made while calls go on is complete and passes its audit")
    func aCopyMadeWhileCallsGoOnIsWholeAndRight() async throws {
        try await withLedger { ledger in
            try await ledger.give(1_000_000, reference: "promo")
            for _ in 0..<500 { _ = try await ledger.hold(.generate(cost: 1)) }
            let path = ledger.path + ".copy"
            let progress = Collected<SQLiteLedger.BackupProgress>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        for _ in 0..<100 {
                            let charge = try await ledger.hold(.generate(cost: 1))
                            _ = try await ledger.settle(charge, at: newYear)
                        }
                    }
                }
                try await ledger.backup(to: path) { progress.add($0) }
                try await group.waitForAll()
            }
            #expect(progress.all.last.map { $0.copiedPages == $0.totalPages && $0.totalPages > 0 } ?? false)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!names.contains { $0.contains("partial") })

            let copy = try await SQLiteLedger.open(path, trace: nil)
            let report = try await copy.audit()
            #expect(report.differences == [])
            #expect((500...2100).contains(report.charges))
            _ = try await copy.hold(.generate(cost: 1))
            await copy.close()
        }
    }

    @Test("A backup never replaces a file that exists") func aFileThatExistsIsNeverReplaced() async throws {
        try await withLedger { ledger in
            try await ledger.give(1, reference: "promo")
            let path = ledger.path + ".copy"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
            let error = await #expect(throws: LedgerError.self) { try await ledger.backup(to: path) }
            #expect(error?.code == .forbidden)
            #expect(error?.description.contains("exists already") ?? false)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        }
    }

    @Test("A backup into a missing folder fails with an error that names the folder") func aMissingFolderIsNamed()
        async throws
    {
        try await withLedger { ledger in
            let error = await #expect(throws: LedgerError.self) { try await ledger.backup(to: ledger.path + ".d/copy") }
            #expect(error?.code == .folderMissing)
        }
    }
}
