import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite("The period of a replay, its days and its archives", .endsWhenStuck) struct ReplayPeriodTests {
    /// A call for 1 credit at noon of each of the first ten days of the year.
    private func withTenCalls(_ body: (SQLiteLedger, String) async throws -> Void) async throws {
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            let clock = ManualClock(now: noon(of: 1))
            let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 1 } } }"#)
            let gate = Gate(ledger: Ledger(ledger), policies: policy, clock: clock, settlement: .durable)
            try await ledger.give(75, reference: "gift", at: clock.now)
            for _ in 1...10 {
                try await gate.run("a", for: "ana") { _ in }
                clock.advance(milliseconds: 86_400_000)
            }
            try await body(ledger, folder)
            await ledger.close()
        }
    }

    private func noon(of day: Int64) -> Timestamp {
        newYear.advanced(byMilliseconds: (day - 1) * 86_400_000 + 43_200_000)
    }

    private func replay(
        _ ledger: SQLiteLedger, since: Timestamp = Timestamp(rawValue: .min), archive: String?
    ) async throws -> ReplayReport {
        let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 3 } } }"#)
        return try await ledger.replay(
            since..<Timestamp.never, version: "", warmUpMilliseconds: 0, archive: archive.map { Archive(path: $0) },
            under: { _ in policy })
    }

    @Test("Calls in another archive than the one that is named are known to be missing")
    func severalArchives() async throws {
        try await withTenCalls { ledger, folder in
            let (older, newer) = (folder + "/older.archive", folder + "/newer.archive")
            #expect(try await ledger.archive(closedBefore: noon(of: 4), to: older, at: .never) == 3)
            let complete = try await replay(ledger, archive: older)
            #expect(complete.knownSince == nil && complete.total.calls == 10)

            #expect(try await ledger.archive(closedBefore: noon(of: 8), to: newer, at: .never) == 4)
            // The calls of the first three days are missing. An hour more, because the clocks of servers differ.
            let late = try await replay(ledger, archive: newer)
            #expect(late.knownSince == noon(of: 4).advanced(byMilliseconds: 3_600_000) && late.total.calls == 6)
            // The calls of the days 4 to 7 are missing.
            let early = try await replay(ledger, archive: older)
            #expect(early.knownSince == noon(of: 8) && early.total.calls == 3)
            let without = try await replay(ledger, archive: nil)
            #expect(without.knownSince == noon(of: 8) && without.total.calls == 3)
            for archive in [newer, older] {
                let rest = try await replay(ledger, since: noon(of: 9), archive: archive)
                #expect(rest.knownSince == nil && rest.total.calls == 2)
            }
            let within = try await replay(ledger, since: noon(of: 6), archive: newer)
            #expect(within.knownSince == nil && within.total.calls == 5)
        }
    }

    @Test("The credits are summed up by local day")
    func days() async throws {
        try await withTenCalls { ledger, _ in
            let days = try await replay(ledger, archive: nil).days
            #expect(days.map(\.day) == (1...10).map { "2026-01-\($0 < 10 ? "0" : "")\($0)" })
            #expect(days.allSatisfy { $0.creditsBefore == 1 && $0.creditsAfter == 3 })
            #expect(days.first?.start == newYear)
        }
    }

    @Test("Calls without a price beyond ten reasons are counted")
    func manyReasons() async throws {
        let names = (10..<23).map { "a\($0)" }
        let prices = names.map { #""\#($0)": { "cost": 1 }"# }.joined(separator: ", ")
        let before = try Policy(parsing: #"{ "actions": { \#(prices) } }"#)
        let after = try Policy(parsing: #"{ "actions": { "other": { "cost": 1 } } }"#)
        try await withLedger { ledger in
            let gate = Gate(
                ledger: Ledger(ledger), policies: before, clock: ManualClock(now: newYear), settlement: .durable)
            try await ledger.give(75, reference: "gift")
            for name in names { try await gate.run(name, for: "ana") { _ in } }
            let report = try await ledger.replay(
                Timestamp(rawValue: .min)..<Timestamp.never, version: "", warmUpMilliseconds: 0, under: { _ in after })
            #expect(report.unpriced.count == 10 && report.unpricedOtherwise == 3 && report.total.unpriced == 13)
        }
    }
}
