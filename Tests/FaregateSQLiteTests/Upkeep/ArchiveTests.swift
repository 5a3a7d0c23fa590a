import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("An archive", .endsWhenStuck) struct ArchiveTests {
    private let later = newYear.advanced(byMilliseconds: 400 * 24 * hour)

    @Test("Both files pass their audit after any history was archived", arguments: 1...Depth.of(quick: 1, thorough: 6))
    func randomHistories(seed: UInt64) async throws {
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            try await LedgerConformance(seed: seed, operations: 300).check(ledger)
            try await ArchiveCheck(ledger, folder + "/old.archive").moving()
            await ledger.close()
        }
    }

    @Test("A history and an explanation with the archive equal those before archiving")
    func reading() async throws {
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            try await ArchiveCheck(ledger, folder + "/old.archive").reading()
            let lines = try RawDatabase(ledger.path).integer("SELECT count(*) FROM journal WHERE kind = 'archive'")
            #expect(lines == 3, "one line for each grant, however often charges were moved")
            await ledger.close()
        }
    }

    @Test("Calls that stayed open can be moved after the calls around them, and the history stays whole")
    func disorder() async throws {
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            try await ArchiveCheck(ledger, folder + "/old.archive").disorder()
            await ledger.close()
        }
    }

    @Test("An archive leaves open charges, charges with debt, charges with valid keys, and the latest charge")
    func whatStays() async throws {
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            try await ledger.give(100, reference: "promo")
            let open = try await ledger.hold(.generate())
            let indebted = try await ledger.hold(.generate(for: "bob", cost: 0))
            _ = try await ledger.settle(
                indebted, Settlement(cost: 5, overrun: .debt, debtLimit: 10), at: newYear
            )
            let keyed = try await ledger.hold(.generate(key: IdempotencyKey("k")))
            _ = try await ledger.settle(keyed, at: newYear)
            let settled = try await ledger.hold(.generate())
            _ = try await ledger.settle(settled, at: newYear)
            let latest = try await ledger.hold(.generate())
            _ = try await ledger.settle(latest, at: newYear)

            let soon = newYear.advanced(byMilliseconds: hour)
            let moved = try await ledger.archive(closedBefore: soon, to: folder + "/old.archive", at: soon)
            #expect(moved == 1)
            for charge in [open, indebted, keyed, latest] { #expect(try await ledger.explain(charge) != nil) }
            #expect(try await ledger.explain(settled) == nil)
            #expect(try await ledger.settle(open, at: soon))
            let report = try await ledger.audit(archive: folder + "/old.archive")
            #expect(report.differences == [])
            await ledger.close()
        }
    }

    @Test("An interrupted archive continues, and has each charge once")
    func brokenOff() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let archive = folder + "/old.archive"
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            for number in 0..<700 {
                let charge = try await ledger.hold(.generate(cost: 1, opening: 1000), at: at(0))
                if number % 2 == 0 { _ = try await ledger.settle(charge, at: at(0)) }
            }
            // The guard that refuses the second step stands for a process that is killed between two steps.
            let database = try RawDatabase(path)
            try database.execute(
                """
                CREATE TRIGGER fault BEFORE DELETE ON charges WHEN OLD.id > 500
                BEGIN SELECT RAISE(ABORT, 'the machine is off'); END
                """
            )
            await #expect(throws: LedgerError.self) {
                _ = try await ledger.archive(closedBefore: at(1), to: archive, at: later)
            }
            let half = try await ledger.audit(archive: archive)
            #expect(half.differences.map(\.description) == [])
            try database.execute("DROP TRIGGER fault")
            _ = try await ledger.archive(closedBefore: at(1), to: archive, at: later)
            #expect(try database.integer("SELECT count(*) FROM charges WHERE state = 1") == 0)
            #expect(try RawDatabase(archive).integer("SELECT count(*) FROM charges") == 350)
            let report = try await ledger.audit(archive: archive)
            #expect(report.differences.map(\.description) == [])
            await ledger.close()
        }
    }

    @Test("A ledger that was restored from a backup older than its archive doesn't use that archive again")
    func afterRestore() async throws {
        try await withFolder { folder in
            let (path, backup, archive) = (folder + "/test.faregate", folder + "/backup", folder + "/old.archive")
            var ledger = try await SQLiteLedger.open(path, trace: nil)
            try await ledger.give(1000, reference: "promo")
            try await ledger.call(for: "ana", at: at(0))
            try await ledger.backup(to: backup)
            for _ in 1...3 { try await ledger.call(for: "ana", at: at(1)) }
            #expect(try await ledger.archive(closedBefore: at(2), to: archive, at: later) == 3)
            await ledger.close()
            _ = try await SQLiteLedger.restore(backup, to: path)

            ledger = try await SQLiteLedger.open(path, trace: nil)
            for _ in 1...4 { try await ledger.call(for: "bob", at: at(3)) }
            let before = try await ledger.explanations()
            await #expect(throws: LedgerError.self) {
                try await ledger.archive(closedBefore: at(2), to: archive, at: later)
            }
            #expect(try await ledger.explanations() == before && before.count == 5)
            #expect(try await ledger.archive(closedBefore: at(2), to: folder + "/new.archive", at: later) == 1)
            await ledger.close()
        }
    }

    @Test("Numbers of archived prices and members are not used again")
    func numbers() async throws {
        try await withFolder { folder in
            let archive = folder + "/old.archive"
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            try await ledger.give(1000, reference: "promo")
            for (number, (action, member)) in [("gen", "mia"), ("exp", "zed"), ("chat", "noa")].enumerated() {
                try await ledger.call(action, for: "ana", member: member, at: at(number))
                try await ledger.call("latest", for: "ana", at: at(number))
                _ = try await ledger.archive(closedBefore: at(number + 1), to: archive, at: later)
            }
            for (charge, action, member) in [(1, "gen", "mia"), (3, "exp", "zed"), (5, "chat", "noa")] {
                let explanation = try await ledger.explain(ChargeID(rawValue: Int64(charge)), archive: archive)
                #expect(explanation?.action == action && explanation?.member == member)
            }
            await ledger.close()
        }
    }

    @Test("An archive of another ledger is refused, and so is any other file")
    func foreign() async throws {
        try await withFolder { folder in
            for name in ["one", "two"] {
                let ledger = try await SQLiteLedger.open(folder + "/\(name).faregate", trace: nil)
                if name == "one" { _ = try await ledger.archive(closedBefore: later, to: folder + "/old.archive") }
                if name == "two" {
                    await expectError(.forbidden) {
                        _ = try await ledger.archive(closedBefore: later, to: folder + "/old.archive")
                    }
                    await expectError(.notALedger) {
                        _ = try await ledger.archive(closedBefore: later, to: folder + "/one.faregate")
                    }
                }
                await ledger.close()
            }
        }
    }

    @Test("An audit of both files notices an archive that lost a charge")
    func tampered() async throws {
        try await withFolder { folder in
            let archive = folder + "/old.archive"
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            for _ in 0..<3 {
                let charge = try await ledger.hold(.generate(opening: 50))
                _ = try await ledger.settle(charge, at: newYear)
            }
            _ = try await ledger.archive(closedBefore: later, to: archive, at: later)
            try RawDatabase(archive).execute(
                "DELETE FROM charges WHERE id = 1; DELETE FROM journal WHERE charge_id = 1")
            let report = try await ledger.audit(archive: archive)
            #expect(report.differences.map(\.kind.rawValue) == ["archived"])
            await ledger.close()
        }
    }

    /// A day of its own for each.
    private func at(_ days: Int) -> Timestamp { newYear.advanced(byMilliseconds: Int64(days) * 24 * hour) }
}

extension SQLiteLedger {
    /// A settled call of 1 credit.
    fileprivate func call(
        _ action: String = "gen", for account: AccountID, member: String? = nil, at moment: Timestamp
    ) async throws {
        let rule = Policy.Location(file: "policy.jsonc", line: 1, column: 1)
        let terms = ChargeTerms(action: action, policyVersion: "v1", rule: rule)
        if try await balance(of: account, at: moment) == nil { try await give(10, to: account, reference: "first") }
        let request = ChargeRequest(
            account: account, member: try member.map { try MemberID($0) }, cost: 1, under: terms)
        guard case .held(let charge, _, _) = try await charge(request, at: moment) else {
            throw TestFailure("the call was refused")
        }
        _ = try await settle(charge, at: moment)
    }
}
