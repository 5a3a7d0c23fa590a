import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// What limits count is told by handlers, which may be wrong.
@Suite("A report of an absurd usage") struct AbsurdUsageTests {
    private let limits: [LimitCheck] = [
        .units("calendar", .calendar(from: newYear, until: newYear.advanced(byMilliseconds: hour))),
        .units("rolling", .rolling(milliseconds: hour)),
    ]

    private func used(_ ledger: SQLiteLedger) throws -> [Int64] {
        try RawDatabase(ledger.path).rows("SELECT used FROM counters ORDER BY limit_id").compactMap { Int64($0[0]) }
    }

    private func expectRightBooks(_ ledger: SQLiteLedger) async throws {
        let report = try await ledger.audit()
        #expect(report.differences.map(\.description) == [])
        for used in try used(ledger) { #expect((0...Credits.max.rawValue).contains(used)) }
        #expect(try RawDatabase(ledger.path).discrepancies() == [])
    }

    private func settlement(_ count: Int64) -> Settlement {
        Settlement(counted: ["calendar": count, "rolling": count])
    }

    private static let reports: [(reported: Int64, counted: Int64)] = [
        (.max, Credits.max.rawValue), (.min, 0), (-1, 0), (Credits.max.rawValue + 1, Credits.max.rawValue), (7, 7),
    ]

    @Test("An absurd usage counts as the largest or the smallest count of a limit", arguments: reports)
    func clamped(reported: Int64, counted: Int64) async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "promo")
            let charge = try await ledger.hold(.generate(limits: limits))
            guard case .settled = try await ledger.settle(charge, settlement(reported), at: newYear) else {
                throw TestFailure("not settled")
            }
            #expect(try used(ledger) == [counted, counted])
            try await expectRightBooks(ledger)
            // The next call is counted, or refused where it is over the limit; it never fails.
            let next = try await ledger.charge(.generate(limits: limits), at: newYear)
            if counted < 100 { #expect(next == .held(ChargeID(rawValue: charge.rawValue + 1))) }
            if counted > 100, case .held = next { Issue.record("a limit that is used up let a call through") }
        }
    }

    @Test("Absurd usages of many calls add up to the largest count, and are given back", arguments: [0, 1, 3])
    func addedUp(less: Int64) async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let most = Credits.max.rawValue - less
            let shadow = limits.map { limit in
                LimitCheck(
                    name: limit.name,
                    counter: limit.counter,
                    max: 1,
                    amount: most,
                    window: limit.window,
                    givesBack: true,
                    isEnforced: false
                )
            }
            var charges: [ChargeID] = []
            for _ in 0..<6 { charges.append(try await ledger.hold(.generate(limits: shadow))) }
            #expect(try used(ledger) == [Credits.max.rawValue, Credits.max.rawValue])
            try await expectRightBooks(ledger)
            for (charge, count) in zip(charges, [Int64.max, Int64.min, 5]) {
                guard case .settled = try await ledger.settle(charge, settlement(count), at: newYear) else {
                    throw TestFailure("not settled")
                }
                try await expectRightBooks(ledger)
            }
            for charge in charges.dropFirst(3) {
                #expect(try await ledger.refund(charge, because: .threw, at: newYear))
            }
            try await expectRightBooks(ledger)
            // Housekeeping takes the same sums from the counters.
            await ledger.performHousekeeping(at: newYear.advanced(byMilliseconds: 49 * hour))
            #expect(try used(ledger) == [])
            try await expectRightBooks(ledger)
        }
    }

    @Test("An absurd usage of a late settlement counts once")
    func late() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let charge = try await ledger.hold(.generate(limits: limits))
            let later = newYear.advanced(byMilliseconds: 2 * minute)
            #expect(try await ledger.recover(at: later).count == 1)
            guard case .settled = try await ledger.settle(charge, settlement(.max), at: later) else {
                throw TestFailure("not settled")
            }
            try await expectRightBooks(ledger)
        }
    }
}

extension LimitCheck {
    fileprivate static func units(_ name: String, _ window: LimitCheck.Window) -> LimitCheck {
        LimitCheck(name: name, counter: name, max: 100, amount: 1, window: window, givesBack: true)
    }
}
