import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite struct LimitTests {
    private let day = 24 * hour

    @Test("A calendar limit admits its calls and is reset in the next window")
    func aCalendarWindowAdmitsItsCallsAndStartsAnew() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            for _ in 0..<3 { _ = try await ledger.hold(.generate(limits: [.perDay(3)])) }
            let decision = try await ledger.charge(.generate(limits: [.perDay(3)]), at: newYear)
            let tomorrow = newYear.advanced(byMilliseconds: day)
            #expect(decision == .refused(.limit(name: "daily", max: 3, used: 3, retryAt: tomorrow)))
            _ = try await ledger.hold(.generate(limits: [.perDay(3, from: tomorrow)]), at: tomorrow)
            #expect(try RawDatabase(ledger.path).rows("SELECT used FROM counters") == [["1"]])
        }
    }

    @Test("A calendar limit keeps its count when the clock steps back")
    func aClockThatStepsBackFindsTheLaterWindowStillCounted() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let tomorrow = newYear.advanced(byMilliseconds: day)
            _ = try await ledger.hold(.generate(limits: [.perDay(1, from: tomorrow)]), at: tomorrow)
            guard case .refused(.limit) = try await ledger.charge(.generate(limits: [.perDay(1)]), at: newYear) else {
                Issue.record("a step back of the clock opened the limit")
                return
            }
        }
    }

    @Test("A rolling limit drops a call exactly at the end of its window")
    func aRollingWindowForgetsExactlyWhenItHasPassed() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let limits: [LimitCheck] = [.within(hour, 2)]
            let second = newYear.advanced(byMilliseconds: 10 * minute)
            _ = try await ledger.hold(.generate(limits: limits), at: newYear)
            _ = try await ledger.hold(.generate(limits: limits), at: second)

            let reopens = newYear.advanced(byMilliseconds: hour)
            let refused = ChargeDecision.refused(.limit(name: "rolling", max: 2, used: 2, retryAt: reopens))
            let justBefore = reopens.advanced(byMilliseconds: -1)
            #expect(try await ledger.charge(.generate(limits: limits), at: justBefore) == refused)
            _ = try await ledger.hold(.generate(limits: limits), at: reopens)
            guard
                case .refused(.limit(_, _, 2, let next)) = try await ledger.charge(
                    .generate(limits: limits),
                    at: reopens
                )
            else { throw TestFailure("the window took a third call") }
            #expect(next == second.advanced(byMilliseconds: hour))
        }
    }

    @Test("A call that alone exceeds a limit gets no time to retry")
    func aCallThatIsMoreThanTheWholeLimitIsNeverAskedToWait() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            for ledger in [ledger, MemoryLedger()] as [any LedgerBackend] {
                for (max, amount) in [(10, 25), (0, 1)] as [(Int64, Int64)] {
                    let today = LimitCheck.Window.calendar(from: newYear, until: newYear.advanced(byMilliseconds: day))
                    for window in [today, .rolling(milliseconds: day)] {
                        let limits = [
                            LimitCheck.perDay(1),
                            LimitCheck(
                                name: "small", counter: "small", max: max, amount: amount, window: window,
                                givesBack: true
                            ),
                        ]
                        let decision = try await ledger.charge(.generate(limits: limits), at: newYear)
                        #expect(decision == .refused(.limit(name: "small", max: max, used: 0, retryAt: nil)))
                    }
                }
            }
        }
    }

    @Test("A refund gives a count back if the limit says so") func aRefundGivesTheCountBackWhereTheLimitSaysSo()
        async throws
    {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let limits: [LimitCheck] = [.perDay(1), .within(hour, 1)]
            for _ in 0..<3 {
                let charge = try await ledger.hold(.generate(limits: limits))
                #expect(try await ledger.refund(charge, because: .threw, at: newYear))
            }
            #expect(try RawDatabase(ledger.path).rows("SELECT DISTINCT used FROM counters") == [["0"]])

            let strict: [LimitCheck] = [.within(minute, 1, givesBack: false)]
            let charge = try await ledger.hold(.generate(limits: strict))
            #expect(try await ledger.refund(charge, because: .threw, at: newYear))
            guard case .refused(.limit) = try await ledger.charge(.generate(limits: strict), at: newYear) else {
                throw TestFailure("a burst of failing calls passed")
            }
        }
    }

    @Test("A refund after the window leaves the next window unchanged")
    func aRefundAfterTheWindowHasPassedTakesNothingFromTheNextOne() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let yesterdays = try await ledger.hold(.generate(limits: [.perDay(5)]))
            let tomorrow = newYear.advanced(byMilliseconds: day)
            _ = try await ledger.hold(.generate(limits: [.perDay(5, from: tomorrow)]), at: tomorrow)
            #expect(try await ledger.refund(yesterdays, because: .threw, at: tomorrow))
            #expect(try RawDatabase(ledger.path).rows("SELECT used FROM counters") == [["1"]])
        }
    }

    @Test("A refused call never counts") func refusedCallsNeverCount() async throws {
        try await withLedger { ledger in
            try await ledger.give(10, reference: "promo")
            let limits: [LimitCheck] = [.perDay(5), .within(hour, 2)]
            _ = try await ledger.hold(.generate(cost: 1, limits: limits))
            for _ in 0..<10 { _ = try await ledger.charge(.generate(cost: 100, limits: limits), at: newYear) }
            _ = try await ledger.hold(.generate(cost: 1, limits: limits))
            for _ in 0..<10 { _ = try await ledger.charge(.generate(cost: 1, limits: limits), at: newYear) }
            #expect(try RawDatabase(ledger.path).rows("SELECT used FROM counters") == [["2"], ["2"]])
        }
    }

    @Test("An edit of a limit's maximum keeps its count") func anEditOfTheMaximumKeepsTheCount() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            for _ in 0..<3 { _ = try await ledger.hold(.generate(limits: [.perDay(3)])) }
            guard
                case .refused(.limit(_, 2, 3, _)) = try await ledger.charge(
                    .generate(limits: [.perDay(2)]),
                    at: newYear
                )
            else { throw TestFailure("lowering the limit opened it") }
            _ = try await ledger.hold(.generate(limits: [.perDay(4)]))
            guard
                case .refused(.limit(_, 4, 4, _)) = try await ledger.charge(
                    .generate(limits: [.perDay(4)]),
                    at: newYear
                )
            else { throw TestFailure("raising the limit started it anew") }
        }
    }

    @Test("A refusal by a rolling limit names the right time after an edit of the maximum")
    func aRollingRefusalTellsItsTimeWhateverTheMaximumWas() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            for step in 0..<5 {
                let at = newYear.advanced(byMilliseconds: Int64(step) * minute)
                _ = try await ledger.hold(.generate(cost: 1, limits: [.within(hour, 5)]), at: at)
            }
            let now = newYear.advanced(byMilliseconds: 10 * minute)
            // Five are used and two would be allowed: the fourth of them must leave before one more fits.
            let decision = try await ledger.charge(.generate(limits: [.within(hour, 2)]), at: now)
            let fourth = newYear.advanced(byMilliseconds: 3 * minute + hour)
            #expect(decision == .refused(.limit(name: "rolling", max: 2, used: 5, retryAt: fourth)))
        }
    }

    @Test("A limit of zero admits no call") func aLimitOfNothingAdmitsNobody() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            for limit in [LimitCheck.perDay(0), .within(hour, 0)] {
                guard case .refused(.limit) = try await ledger.charge(.generate(limits: [limit]), at: newYear) else {
                    throw TestFailure("a limit of 0 let a call through")
                }
            }
        }
    }

    @Test("A refusal by several limits names the one with the longest wait")
    func ofSeveralFullLimitsTheOneThatTakesLongestIsTold() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let limits: [LimitCheck] = [.within(hour, 1), .perDay(1)]
            _ = try await ledger.hold(.generate(limits: limits))
            guard
                case .refused(.limit(let name, _, _, _)) = try await ledger.charge(
                    .generate(limits: limits),
                    at: newYear
                )
            else { throw TestFailure("let through") }
            #expect(name == "daily")
        }
    }

    @Test("A limit of ten admits ten of 64 simultaneous callers") func sixtyFourCallersShareALimitOfTen() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let held = try await withThrowingTaskGroup(of: ChargeDecision.self) { group in
                for _ in 0..<64 {
                    group.addTask { try await ledger.charge(.generate(limits: [.within(hour, 10)]), at: newYear) }
                }
                return try await group.reduce(into: 0) { if case .held = $1 { $0 += 1 } }
            }
            #expect(held == 10)
        }
    }
}
