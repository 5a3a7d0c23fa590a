import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("A file that is replaced or deleted while the ledger is open") struct ReplacedFileTests {
    enum Deed: CaseIterable {
        case backupPutInPlace, fileDeleted, logDeleted, fileMovedAway

        func happen(to path: String, backup: String) throws {
            switch self {
            case .backupPutInPlace: if rename(backup, path) != 0 { throw TestFailure("can't move the backup") }
            case .fileDeleted: try FileManager.default.removeItem(atPath: path)
            case .logDeleted: try FileManager.default.removeItem(atPath: path + "-wal")
            case .fileMovedAway: try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
            }
        }
    }

    @Test("A replaced or deleted file stops the ledger: nothing more is acknowledged", arguments: Deed.allCases)
    func stopped(deed: Deed) async throws {
        try await withFolder { folder in
            let (path, backup) = (folder + "/test.faregate", folder + "/backup")
            let events = Collected<String>()
            let ledger = try await SQLiteLedger.open(path, observer: { events.add("\($0)") }, trace: nil)
            try await ledger.give(100, reference: "promo")
            let held = try await ledger.hold(.generate())
            try await ledger.backup(to: backup)
            let content = try Data(contentsOf: URL(filePath: backup))
            try deed.happen(to: path, backup: backup)

            await expectError(.replaced) { _ = try await ledger.balance(of: "ana", at: newYear) }
            await expectError(.replaced) { _ = try await ledger.audit() }
            await expectError(.replaced) { try await ledger.backup(to: folder + "/another") }
            #expect(!FileManager.default.fileExists(atPath: folder + "/another"))
            #expect(events.all == [])
            let said = await expectError(.replaced) { _ = try await ledger.charge(.generate(), at: newYear) }
            #expect(said.contains(path) && said.contains("restore"))
            await expectError(.replaced) { _ = try await ledger.charge(.generate(), at: newYear) }
            await expectError(.replaced) { _ = try await ledger.settle(held, at: newYear) }
            await expectError(.replaced) { _ = try await ledger.recover(at: newYear) }
            let later = await withCheckedContinuation { continuation in
                ledger.settleLater(held, .whole, at: newYear) { continuation.resume(returning: $0) }
            }
            #expect(throws: LedgerError.self) { try later.get() }
            let event = Inbox.Event.test("evt")
            await expectError(.replaced) { _ = try await ledger.receive(event, reading: .nothing, at: newYear) }
            #expect(events.all.count == 1 && events.all[0].hasPrefix("the ledger has stopped: \(path)"))

            await ledger.close()
            if deed == .backupPutInPlace {
                #expect(try Data(contentsOf: URL(filePath: path)) == content, "the backup was written to")
            }
        }
    }

    @Test("The first write notices a replaced file, if no read did")
    func firstWrite() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let events = Collected<String>()
            let ledger = try await SQLiteLedger.open(path, observer: { events.add("\($0)") }, trace: nil)
            let held = try await ledger.hold(.generate(opening: 50))
            try FileManager.default.removeItem(atPath: path)
            await expectError(.replaced) { _ = try await ledger.settle(held, at: newYear) }
            #expect(events.all.count == 1)
            await ledger.close()
        }
    }
}
