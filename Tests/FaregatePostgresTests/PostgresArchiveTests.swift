#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Old calls of a ledger in PostgreSQL are moved to a file.
@Suite("An archive of a PostgreSQL ledger", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresArchiveTests {
    @Test("Ledger and archive pass their audits after any history was archived", arguments: [1, 2] as [UInt64])
    func randomHistories(seed: UInt64) async throws {
        try await withLedger { ledger, archive in
            try await LedgerConformance(seed: seed, operations: 300).check(ledger)
            try await ArchiveCheck(ledger, archive).moving()
        }
    }

    @Test("A history and an explanation with the archive equal those before archiving")
    func reading() async throws {
        try await withLedger { ledger, archive in try await ArchiveCheck(ledger, archive).reading() }
    }

    @Test("Calls that stayed open can be moved after the calls around them, and the history stays whole")
    func disorder() async throws {
        try await withLedger { ledger, archive in try await ArchiveCheck(ledger, archive).disorder() }
    }

    @Test("Under the policies that were in force, a replay of ledger and archive has the recorded result")
    func replay() async throws {
        try await withLedger { ledger, archive in
            var history = try ReplayHistory(ledger, seed: 7)
            try await history.play(200)
            await ledger.performHousekeeping(at: history.clock.now)
            let policies = history.policies
            let longest = policies.values.map(\.longestWindowMilliseconds).max() ?? 0
            let calls = try await ledger.explanations().count
            #expect(try await ledger.archive(closedBefore: .never, to: archive, at: .never) { _ in } > 0)
            let report = try await ledger.replay(
                Timestamp(rawValue: .min)..<Timestamp.never, version: "", warmUpMilliseconds: longest,
                archive: Archive(path: archive), under: { policies[$0] })
            #expect(report.examples == [] && report.total.isUnchanged && report.unpriced == [:])
            #expect(report.total.calls == calls)
        }
    }

    @Test("Calls go on while old calls are moved, two processes move them at once, and each call is in one place")
    func beside() async throws {
        try await withFolder { folder in
            try await Server.withAddress { address in
                var ledgers: [PostgresLedger] = []
                for _ in 0..<3 { ledgers.append(try await PostgresLedger.open(address)) }
                let made = try await callAndMove(ledgers, folder + "/old.archive")
                let ledger = ledgers[0]
                let check = ArchiveCheck(ledger, folder + "/old.archive")
                try await check.expectCleanAudits()
                try await check.move(closedBefore: .never)
                try await check.expectCleanAudits()
                var found = 0
                for charge in made
                where try await ledger.explain(charge, archive: Archive(path: folder + "/old.archive")) != nil {
                    found += 1
                }
                #expect(found == made.count && made.count == 1200)
                for ledger in ledgers { await ledger.close() }
            }
        }
    }

    /// Eight members call through two ledgers, while the third and the first move what is closed.
    private func callAndMove(_ ledgers: [PostgresLedger], _ archive: String) async throws -> [ChargeID] {
        for number in 0..<4 { try await ledgers[0].give(10_000, to: account(number), reference: "gift") }
        return try await withThrowingTaskGroup(of: [ChargeID].self) { group in
            for caller in 0..<8 {
                group.addTask {
                    var made: [ChargeID] = []
                    for call in 0..<150 {
                        let ledger = ledgers[caller % 2]
                        var request = ChargeRequest.generate(for: account(call % 4), cost: 1)
                        // Members come and go, so that their names are deleted and looked up again.
                        request.member = try MemberID("member-\(caller)-\(call / 10)")
                        let charge = try await ledger.hold(request)
                        _ = try await ledger.settle(charge, at: newYear)
                        made.append(charge)
                    }
                    return made
                }
            }
            for ledger in [ledgers[2], ledgers[0]] {
                group.addTask {
                    for _ in 0..<3 {
                        // Two processes can't write the same file at the same moment: the later one may be refused.
                        do {
                            _ = try await ledger.archive(closedBefore: .never, to: archive, at: .never) { _ in }
                        } catch let error as LedgerError where error.code == .busy {}
                    }
                    return []
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func account(_ number: Int) -> AccountID { AccountID(stringLiteral: "account-\(number)") }

    @Test("The archive command moves old calls, and history, explain and audit read the archive when asked to")
    func commands() async throws {
        try await withFolder { folder in
            try await Server.withTables { ledger, tables in
                let file = folder + "/old.archive"
                try await ledger.give(100, reference: "gift")
                for _ in 0..<3 {
                    let charge = try await ledger.hold(.generate(cost: 2))
                    _ = try await ledger.settle(charge, at: newYear)
                }
                let moved = try Tool.run("archive", "--before", "2026-02-01", "--to", file, database: tables.address)
                #expect(moved.status == 0 && moved.output.hasPrefix("moved 2 calls that were closed before"))
                #expect(moved.output.contains("PostgreSQL's vacuum"))
                let history = try Tool.run("history", "ana", "--archive", file, database: tables.address)
                #expect(history.output.components(separatedBy: "generate").count == 4)
                #expect(try Tool.run("explain", "1", database: tables.address).status == 1)
                #expect(try Tool.run("explain", "1", "--archive", file, database: tables.address).status == 0)
                let audit = try Tool.run("audit", "--archive", file, database: tables.address)
                #expect(audit.status == 0 && audit.output.hasSuffix(", and the archive \(file)\n"))
                let missing = try Tool.run("history", "ana", "--archive", file + ".not", database: tables.address)
                #expect(missing.status == 3 && missing.error.contains("there is no archive at"))
            }
        }
    }

    @Test("An archive of another ledger is refused, and a file that is no archive is named")
    func foreign() async throws {
        try await withLedger { ledger, archive in
            try await ledger.give(5, reference: "gift")
            _ = try await ledger.archive(closedBefore: .never, to: archive, at: .never) { _ in }
            try await Server.withLedger { other in
                for attempt in 0...1 {
                    let error = try await ledgerError {
                        if attempt == 0 {
                            _ = try await other.archive(closedBefore: .never, to: archive, at: .never) { _ in }
                        } else {
                            _ = try await other.audit(with: Archive(path: archive)) { _ in }
                        }
                    }
                    #expect(error.code == .forbidden && error.description.contains(archive))
                }
            }
            let missing = try await ledgerError {
                _ = try await ledger.history(of: "ana", archive: Archive(path: archive + ".not"), after: nil, count: 5)
            }
            #expect(missing.code == .missing)

            // Nothing is left of the file but its first page.
            let url = URL(fileURLWithPath: archive)
            var bytes = try Data(contentsOf: url)
            bytes.replaceSubrange(4096..., with: Data(repeating: 0xA5, count: bytes.count - 4096))
            try bytes.write(to: url)
            let damaged = try await ledgerError {
                _ = try await ledger.history(of: "ana", archive: Archive(path: archive), after: nil, count: 5)
            }
            #expect(damaged.code == .damaged && damaged.description.contains(archive))
        }
    }

    private func withLedger(_ body: (PostgresLedger, String) async throws -> Void) async throws {
        try await withFolder { folder in
            try await Server.withLedger { ledger in try await body(ledger, folder + "/old.archive") }
        }
    }
}
#endif
