import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation
import TestSupport
import Testing

@Suite(.endsWhenStuck) struct FullDiskTests {
    @Test("Charges on a full disk fail with an error that says so and don't count, and succeed once there is room")
    func fullForManyAtOnce() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let ledger = try await SQLiteLedger.open(
                folder + "/test.faregate",
                access: FileAccess(vfs: disk.name),
                trace: nil
            )
            try await ledger.give(1000, reference: "r")
            _ = try await ledger.hold(.generate())

            disk.limit(toBytes: 0)
            let errors = await chargeAtOnce(50, on: ledger)
            #expect(errors.count == 50)
            #expect(errors.allSatisfy { $0.code == .full && $0.description.contains(ledger.path) })
            let full = try await ledger.balance(of: "ana", at: newYear)
            #expect(full?.held == 10)

            disk.mend()
            #expect(await chargeAtOnce(50, on: ledger).isEmpty)
            let roomy = try await ledger.balance(of: "ana", at: newYear)
            #expect(roomy?.held == 510)
            await ledger.close()
        }
    }

    @Test("A used-up quota is reported as a full disk, and a later failed read is not")
    func quota() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let access = FileAccess(vfs: disk.name)
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", access: access, trace: nil)
            try await ledger.give(1000, reference: "r")
            disk.setSystemError(EDQUOT)
            disk.arm(.aWriteFails, at: 1)
            let full = await #expect(throws: LedgerError.self) { try await ledger.hold(.generate()) }
            #expect(full?.code == .full)
            disk.mend()
            // The ledger reads again what another connection has changed.
            try RawDatabase(ledger.path).execute("UPDATE accounts SET due_at = due_at")
            disk.arm(.aReadFails, at: 1)
            let failed = await #expect(throws: LedgerError.self) { try await ledger.hold(.generate()) }
            #expect(failed?.code == .failed && disk.failures > 0)
            disk.mend()
            await ledger.close()
        }
    }

    @Test("A disk that fills up between two charges loses nothing that was acknowledged")
    func fillsUp() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let numbers = try Worker(arguments: [path, "full"]).numbers(3)
            let (before, full, after) = (numbers[0], numbers[1], numbers[2])
            #expect(before > 0)
            #expect(full == 20)
            #expect(after == 10)

            let ledger = try await SQLiteLedger.open(path, trace: nil)
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.held.rawValue == Int64(before + after))
            await ledger.close()
        }
    }

    private func chargeAtOnce(_ count: Int, on ledger: SQLiteLedger) async -> [LedgerError] {
        await withTaskGroup(of: LedgerError?.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do throws(LedgerError) {
                        guard case .held = try await ledger.charge(.generate(), at: newYear) else {
                            return LedgerError(.failed, "refused")
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { errors, error in if let error { errors.append(error) } }
        }
    }
}
