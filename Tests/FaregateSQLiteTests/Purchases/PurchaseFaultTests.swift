import CSQLite
import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// A payment and a refund on a disk that fails at its first operation of a kind, then at its second, and so on; in a
/// quick run at some of them. After each fault the server also crashes.
@Suite("A purchase on a failing disk", .endsWhenStuck) struct PurchaseFaultTests {
    @Test(
        "A purchase event that was acknowledged survives every failure of the disk, and counts once when it is sent again",
        arguments: Fault.all)
    func wherever(fault: Fault) async throws {
        // A fault that never comes: the disk counts where it could come.
        let places = try await withFolder { try await FaultySale(fault, at: .max, in: $0).pass() }
        for nth in Depth.sample(Array(1..<places + 1), quick: 1) {
            try await withFolder { _ = try await FaultySale(fault, at: nth, in: $0).pass() }
        }
    }
}

/// One run with the fault at one place.
private struct FaultySale {
    private let fault: Fault
    private let nth: Int64
    private let path: String
    private let crashed: String
    private let disk: FaultyDisk
    private var comment: Comment { "\(fault.testDescription), at number \(nth)" }

    private static let facts: [(event: String, fact: Purchase.Fact)] = [
        ("evt_1", .paid()), ("evt_2", .refund(300)), ("evt_3", .dispute(.withdrawn, 200)),
    ]
    private static let worths: [Int64] = [0, 100, 70, 50]

    init(_ fault: Fault, at nth: Int64, in folder: String) throws {
        self.fault = fault
        self.nth = nth
        path = folder + "/test.faregate"
        crashed = folder + "/crashed.faregate"
        disk = try FaultyDisk()
    }

    /// - Returns: the number of operations at which the fault could have come.
    func pass() async throws -> Int64 {
        let till = Till(try await open(path))
        try await till.record(Sale.purchase(), checkout: "cs_1")
        disk.arm(fault, at: nth)
        var answered = 0
        // Whoever sends again does so in the same order here: the next one waits until this one was taken.
        for (event, fact) in FaultySale.facts {
            guard case .done = try? await till.receive(event, [fact]) else { break }
            answered += 1
        }
        // A crash leaves the files as they are, without the shared memory.
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: crashed + suffix)
        }
        let places = disk.operations
        disk.mend()
        try await goOn(till, atLeast: answered)
        await till.ledger.close()

        let after = Till(try await open(crashed))
        try await goOn(after, atLeast: answered)
        await after.ledger.close()
        return places
    }

    private func open(_ path: String) async throws -> SQLiteLedger {
        try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
    }

    /// The provider sends everything again.
    private func goOn(_ till: Till, atLeast answered: Int) async throws {
        let worth = try await till.worth()
        #expect(FaultySale.worths.dropFirst(answered).contains(worth), comment)
        for _ in 1...2 {
            for (event, fact) in FaultySale.facts { _ = try await till.receive(event, [fact]) }
        }
        let after = try await till.worth()
        #expect(after == FaultySale.worths.last, comment)
        for (event, _) in FaultySale.facts {
            let entry = try await till.entry(event)
            #expect(entry?.state == .done && entry?.deliveries ?? 0 >= 2, comment)
        }
        try await till.expectRightBooks(comment)
    }
}
