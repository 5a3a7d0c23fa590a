import CSQLite
import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

/// A small scenario on a disk that fails at its first operation of a kind, then at its second, and so on; in a quick
/// run at some of them.
@Suite(.endsWhenStuck) struct EveryOperationTests {
    @Test(
        "The ledger loses no acknowledged call and charges none twice, whichever disk operation fails",
        arguments: Fault.all)
    func wherever(fault: Fault) async throws {
        // A fault that never comes: the disk counts where it could come.
        let places = try await withFolder { try await FaultyDay(fault, at: .max, in: $0).pass() }
        #expect(places.all > 0, "the scenario has operations of every kind")
        let opening = Depth.sample(Array(1..<places.ofOpening + 1), quick: 1)
        for nth in opening + Depth.sample(Array(places.ofOpening + 1..<places.all + 1), quick: 1) {
            try await withFolder { try await FaultyDay(fault, at: nth, in: $0).pass() }
        }
    }
}

/// One run of the scenario with the fault at one place.
private struct FaultyDay {
    private let fault: Fault
    private let nth: Int64
    private let path: String
    private let crashed: String
    private let disk: FaultyDisk
    private var comment: Comment { "\(fault.testDescription), at number \(nth)" }

    init(_ fault: Fault, at nth: Int64, in folder: String) throws {
        self.fault = fault
        self.nth = nth
        path = folder + "/test.faregate"
        crashed = folder + "/crashed.faregate"
        disk = try FaultyDisk()
    }

    /// - Returns: the number of operations at which the fault could have come, while the ledger was opened and in all.
    @discardableResult
    func pass() async throws -> (ofOpening: Int64, all: Int64) {
        var scenario = Scenario()
        disk.arm(fault, at: nth)
        guard let ledger = try await open() else {
            let places = disk.operations
            disk.mend()
            try await goOn(with: scenario, in: path)
            return (places, places)
        }
        let ofOpening = disk.operations
        try await scenario.run(on: ledger)
        expectWords(of: scenario.errors)
        try copy()
        let atCrash = scenario
        // Where it has not happened yet, it may happen when the ledger is closed.
        if disk.failures > 0 {
            disk.mend()
            try await goOn(with: &scenario, on: ledger)
        }
        await ledger.close()
        #expect(disk.openFiles == 0, comment)
        let places = (ofOpening, disk.operations)
        disk.mend()
        try await goOn(with: scenario, in: path)
        try await goOn(with: atCrash, in: crashed)
        return places
    }

    /// Nil when the fault doesn't let it open.
    private func open() async throws -> SQLiteLedger? {
        do {
            return try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
        } catch {
            expectWords(of: [error])
            #expect(disk.openFiles == 0, comment)
            return nil
        }
    }

    /// A crash leaves the files as they are, without the shared memory.
    private func copy() throws {
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: crashed + suffix)
        }
    }

    /// The fault is gone, and the file is opened anew.
    private func goOn(with scenario: Scenario, in path: String) async throws {
        var scenario = scenario
        let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
        try await goOn(with: &scenario, on: ledger)
        await ledger.close()
        #expect(try RawDatabase(path).rows("PRAGMA integrity_check") == [["ok"]], comment)
    }

    /// The fault is gone, and the ledger goes on.
    private func goOn(with scenario: inout Scenario, on ledger: SQLiteLedger) async throws {
        try await scenario.expectAcknowledged(on: ledger, comment)
        try await scenario.run(on: ledger)
        try await scenario.expectDoneOnce(on: ledger, comment)
        try await scenario.expectService(on: ledger)
    }

    /// The error names the file and is of a kind that one can act on; a fault that passes is not called damage.
    private func expectWords(of errors: [LedgerError]) {
        for error in errors {
            #expect(error.description.contains(path), comment)
            #expect(![.damaged, .notALedger, .forbidden].contains(error.code), "\(error): \(comment)")
            if fault.code == SQLITE_FULL { #expect(error.code == .full, "\(error): \(comment)") }
        }
    }
}
