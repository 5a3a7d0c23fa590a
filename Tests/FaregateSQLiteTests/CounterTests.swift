import Faregate
import FaregateBooks
import FaregateSQLite
import TestSupport
import Testing

/// Where limits count: a row of the table `counters` for each limit and subject.
@Suite("The counts of limits") struct CounterTests {
    private func limits(_ count: Int, max: Int64 = 3) -> [LimitCheck] {
        (1...count).map { .perDay(max, counter: "day \($0)") }
    }

    @Test("The counts of limits are exact for any number of limits", arguments: [1, 4, 14])
    func manyLimits(count: Int) async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let limits = limits(count)
            var charges: [ChargeID] = []
            for _ in 0..<3 { charges.append(try await ledger.hold(.generate(limits: limits))) }
            for limit in limits {
                let decision = try await ledger.charge(.generate(limits: [limit]), at: newYear)
                guard case .refused(.limit(_, 3, 3, _)) = decision else { throw TestFailure("\(limit.counter) passed") }
            }
            #expect(try await ledger.refund(charges[1], because: .threw, at: newYear))
            let database = try RawDatabase(ledger.path)
            let counted = try database.rows("SELECT used, count(*) FROM counters GROUP BY used")
            #expect(counted == [["2", "\(count)"]])
            let report = try await ledger.audit()
            #expect(report.differences == [])
        }
    }

    @Test("The counts of limits do not depend on which grant pays, if any")
    func whateverPays() async throws {
        try await withLedger { ledger in
            let limits = limits(2, max: 6)
            let free = ChargeRequest.generate(cost: 0, limits: limits)
            func used() throws -> [[String]] {
                try RawDatabase(ledger.path).rows("SELECT used FROM counters ORDER BY limit_id")
            }
            try await ledger.give(10, reference: "first", priority: 1)
            let first = try await ledger.hold(.generate(limits: limits))  // All of the only grant.
            #expect(try used() == [["1"], ["1"]])
            _ = try await ledger.hold(free)  // No grant in turn.
            #expect(try used() == [["2"], ["2"]])
            let poor = try await ledger.charge(.generate(limits: limits), at: newYear)
            #expect(poor == .refused(.credits(required: 10, available: 0)))

            try await ledger.give(15, reference: "second", priority: 2)
            _ = try await ledger.hold(.generate(limits: limits))
            _ = try await ledger.hold(free)
            #expect(try used() == [["4"], ["4"]])
            #expect(try await ledger.refund(first, because: .threw, at: newYear))  // The first is in turn again.
            #expect(try used() == [["3"], ["3"]])
            try await ledger.give(30, reference: "third", priority: 0)  // Before both.
            _ = try await ledger.hold(.generate(cost: 40, limits: limits))  // Of the third and the first.
            _ = try await ledger.hold(.generate(cost: 1, limits: limits))
            #expect(try used() == [["5"], ["5"]])
            _ = try await ledger.hold(free)
            for request in [free, .generate(cost: 1, limits: limits), .generate(cost: 100, limits: limits)] {
                let decision = try await ledger.charge(request, at: newYear)
                guard case .refused(.limit(_, 6, 6, _)) = decision else { throw TestFailure("\(decision)") }
            }
            #expect(try used() == [["6"], ["6"]])
            let report = try await ledger.audit()
            #expect(report.differences == [])
        }
    }

    @Test("The counts for an account are separate from those for its members under the same name")
    func oneNameForSeveral() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let own = LimitCheck.perDay(1, counter: "same")
            let members = LimitCheck.perDay(9, counter: "same", scope: .member)
            for limits in [[own], [members], [members]] {
                let charge = try await ledger.hold(.generate(limits: limits))
                if limits == [members] { _ = try await ledger.refund(charge, because: .threw, at: newYear) }
            }
            let counted = try RawDatabase(ledger.path).rows("SELECT used FROM counters ORDER BY used")
            #expect(counted == [["0"], ["1"]])
        }
    }

    @Test("Two limits of a call that share a counter are refused")
    func twoInOnePlace() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let error = try await #require(throws: LedgerError.self) {
                _ = try await ledger.charge(.generate(limits: [.perDay(9), .perDay(3)]), at: newYear)
            }
            #expect("\(error)".contains("have the same counter"))
            #expect(try RawDatabase(ledger.path).integer("SELECT count(*) FROM charges") == 0)
        }
    }
}
