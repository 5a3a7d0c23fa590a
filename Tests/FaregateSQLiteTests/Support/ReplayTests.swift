import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("A replay", .endsWhenStuck) struct ReplayTests {
    private let always = Timestamp(rawValue: .min)..<Timestamp.never

    @Test(
        "Under the policies that were in force, every call and every refusal has the recorded result",
        arguments: 1...Depth.of(quick: 3, thorough: 100) as ClosedRange<UInt64>)
    func unchanged(seed: UInt64) async throws {
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            var history = try ReplayHistory(ledger, seed: seed)
            try await history.play(600)
            let policies = history.policies
            let longest = policies.values.map(\.longestWindowMilliseconds).max() ?? 0

            func expectUnchanged(_ period: Range<Timestamp>, archive: String? = nil) async throws -> ReplayReport {
                let report = try await ledger.replay(
                    period, version: "", warmUpMilliseconds: longest, archive: archive.map { Archive(path: $0) },
                    under: { policies[$0] })
                #expect(report.examples == [], "seed \(seed)")
                #expect(report.total.isUnchanged && report.unpriced == [:], "seed \(seed): \(report)")
                return report
            }

            let whole = try await expectUnchanged(always)
            let charges = try await ledger.explanations()
            #expect(whole.total.calls == charges.count && whole.refusalsTried > 0, "\(history.outcomes)")
            #expect(
                whole.total.creditsBefore
                    == charges.filter { $0.state == .settled }.reduce(0) { $0 + $1.cost.rawValue + $1.debt.rawValue })
            let middle = charges.map(\.createdAt)[charges.count / 2]
            let late = try await expectUnchanged(middle..<Timestamp.never)
            let early = try await expectUnchanged(newYear..<middle)
            #expect(late.total.calls + early.total.calls == charges.count)
            #expect(late.refusalsTried + early.refusalsTried == whole.refusalsTried)

            let archive = folder + "/old.archive"
            let moved = try await ledger.archive(closedBefore: middle, to: archive, at: .never)
            #expect(moved > 0)
            let both = try await expectUnchanged(always, archive: archive)
            #expect(both.total == whole.total && both.refusalsTried == whole.refusalsTried)
            // Without the archive, only what was made since.
            let rest = try await expectUnchanged(always)
            let known = middle.advanced(byMilliseconds: longest)
            #expect(rest.knownSince == known && rest.total.calls == charges.count { $0.createdAt >= known })
            await ledger.close()
        }
    }

    private static func policy(_ cost: Int, _ max: Int, _ tokens: String) -> String {
        """
        {
          "actions": {
            "generate": { "cost": \(cost), "limits": [{ "max": \(max), "per": "day" }] },
            "chat": { "cost": { "base": 1, "units": { "tokens": "\(tokens)" } }, "hold": { "tokens": 30 } },
          },
          "plans": { "free": { "grants": [{ "credits": 25, "every": "once" }] } }, "defaultPlan": "free",
        }
        """
    }

    /// Four calls of ana, the last refused by the limit; three of ben, the last refused for lack of credits; and a
    /// chat of ben.
    private func replay(under policy: String) async throws -> ReplayReport {
        let before = try Policy(parsing: ReplayTests.policy(10, 3, "1/10"))
        let after = try Policy(parsing: policy)
        return try await withLedger { ledger in
            let clock = ManualClock(now: newYear)
            let gate = Gate(ledger: Ledger(ledger), policies: before, clock: clock, settlement: .durable)
            try await ledger.give(75, reference: "gift")
            for (account, calls) in [("ana", 4), ("ben", 3)] {
                for _ in 1...calls {
                    clock.advance(milliseconds: 1)
                    _ = try await gate.status(for: try AccountID(account))
                }
            }
            clock.advance(milliseconds: 1)
            try await gate.run("chat", for: "ben", units: ["tokens": 40]) { call in
                _ = try await call.report(["tokens": 10])
            }
            try await ledger.heartbeat(at: clock.now)
            return try await ledger.replay(
                always, version: after.version, warmUpMilliseconds: 0, under: { _ in after })
        }
    }

    @Test("Lower prices cost less, and a lower limit refuses calls that were let through")
    func cheaperAndStricter() async throws {
        let report = try await replay(under: ReplayTests.policy(6, 2, "1/5"))
        #expect(report.total.calls == 6 && report.total.creditsBefore == 52 && report.total.creditsAfter == 27)
        #expect(report.total.newlyRefused == 1 && report.total.newlyAllowed == 0 && report.refusalsTried == 2)
        let chat = try #require(report.groups.first { $0.action == "chat" })
        #expect(chat.plan == "free" && chat.sum.creditsBefore == 2 && chat.sum.creditsAfter == 3)
        #expect(report.mostAffected.map(\.account) == ["ana", "ben"] && report.accountsAffected == 2)
        #expect(report.mostAffected.map(\.sum.creditsAfter) == [12, 15])
        #expect(report.examples.map(\.after).contains("refused (limit: at most 2 calls per day by account)"))
    }

    @Test("A higher limit and saved credits let calls through that were refused")
    func moreGenerous() async throws {
        let report = try await replay(under: ReplayTests.policy(6, 5, "1/10"))
        #expect(report.total.newlyAllowed == 2 && report.total.newlyRefused == 0 && report.refusalsTried == 2)
        #expect(report.total.creditsAfter == 7 * 6 + 2)
        #expect(
            report.examples.filter { $0.before == "refused" }.map(\.after) == [
                "allowed, 6 credits", "allowed, 6 credits",
            ])
    }

    @Test("Higher prices refuse calls for lack of credits")
    func dearer() async throws {
        // ben has 25 credits: one call is left, and nothing for the chat.
        let report = try await replay(under: ReplayTests.policy(24, 3, "1/10"))
        #expect(report.total.creditsAfter == 3 * 24 + 24 && report.total.newlyRefused == 2)
    }

    @Test("A call that reported a unit which the policy lacks is counted as it was")
    func missingUnit() async throws {
        let before = try Policy(parsing: #"{ "actions": { "a": { "cost": { "base": 2, "units": { "pages": 1 } } } } }"#)
        let after = try Policy(parsing: #"{ "actions": { "a": { "cost": 7 } } }"#)
        try await withLedger { ledger in
            let clock = ManualClock(now: newYear)
            let gate = Gate(ledger: Ledger(ledger), policies: before, clock: clock, settlement: .durable)
            try await ledger.give(75, reference: "gift")
            try await gate.run("a", for: "ana") { call in _ = try await call.report(["pages": 3]) }
            let report = try await ledger.replay(always, version: "", warmUpMilliseconds: 0, under: { _ in after })
            #expect(report.total.unpriced == 1 && report.total.creditsAfter == 5 && report.total.isUnchanged)
        }
    }

    @Test("Credits that were taken away are owed if the account would have spent them, and grants pay what is owed")
    func debts() async throws {
        let before = try Policy(parsing: #"{ "actions": { "a": { "cost": 50 } } }"#)
        let after = try Policy(parsing: #"{ "actions": { "a": { "cost": 100 } } }"#)
        try await withLedger { ledger in
            let clock = ManualClock(now: newYear)
            let gate = Gate(ledger: Ledger(ledger), policies: before, clock: clock, settlement: .durable)
            func give(_ credits: Credits, _ reference: GrantReference) async throws {
                clock.advance(milliseconds: 1)
                try await ledger.give(credits, reference: reference, at: clock.now)
            }
            try await give(100, "first")
            try await gate.run("a", for: "ana") { _ in }
            let note = try Ledger.Note(by: "eva", reason: "test")
            _ = try await ledger.withdraw(
                Withdrawal(account: "ana", credits: 50, reference: "back", note: note), at: clock.now)
            try await give(50, "second")
            try await gate.run("a", for: "ana") { _ in }
            try await give(100, "third")
            for _ in 1...2 { try await gate.run("a", for: "ana") { _ in } }
            let report = try await ledger.replay(always, version: "", warmUpMilliseconds: 0, under: { _ in after })
            // 250 were granted and 50 taken away: two calls of 100, and two that lack credits.
            #expect(report.total.creditsBefore == 200 && report.total.creditsAfter == 200)
            #expect(report.total.newlyRefused == 2 && report.total.changedCalls == 4)
        }
    }

    @Test("A call that the policy can't price is counted as it was, with the reason")
    func unpriced() async throws {
        let report = try await replay(under: #"{ "actions": { "chat": { "cost": 1 } } }"#)
        #expect(report.total.isUnchanged && report.total.unpriced == 6)
        let reasons = report.unpriced.sorted { $0.value < $1.value }
        #expect(reasons.map(\.value) == [1, 5])
        #expect(reasons[0].key.contains("\"tokens\"") && reasons[1].key.contains("generate"))
    }
}
