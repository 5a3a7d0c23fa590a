import Faregate
import FaregateTesting
import TestSupport
import Testing

/// What a plan's periods hand out, whoever looks when.
@Suite struct PeriodTests {
    private let day = 24 * hour
    private let month = 31 * 24 * hour

    private func plans(_ grants: Policy.Plan.Grant..., besides others: [Policy.Plan] = []) -> PlanBook {
        let pro = Policy.Plan(name: "pro", grants: grants)
        let all = [pro] + others
        return PlanBook(plans: Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) }), defaultPlan: pro)
    }

    @Test(
        "Credits refunded after a period's end are carried over, whether the account was refreshed before, after or never",
        arguments: [[], [5_000], [15_000], [5_000, 15_000], [5_000, 7_000, 15_000, 16_000]] as [[Int64]]
    )
    func carriedOver(looks: [Int64]) async throws {
        let plans = plans(Policy.Plan.Grant(credits: 100, every: .month, rollover: 150))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let end = newYear.advanced(byMilliseconds: month)
            let last = end.advanced(byMilliseconds: -10_000)
            let held = try await ledger.hold(.generate(cost: 80, plans: plans), at: last)
            for look in looks where look < 10_000 {
                try await ledger.refresh("ana", under: plans, at: end.advanced(byMilliseconds: look))
            }
            let back = end.advanced(byMilliseconds: 10_000)
            #expect(try await ledger.refund(held, because: .threw, at: back))
            for look in looks where look > 10_000 {
                try await ledger.refresh("ana", under: plans, at: end.advanced(byMilliseconds: look))
            }
            let later = end.advanced(byMilliseconds: 2 * day)
            try await ledger.refresh("ana", under: plans, at: later)
            #expect(try await ledger.balance(of: "ana", at: later)?.remaining == 200)
        }
    }

    @Test(
        "Refunded credits beyond the rollover stay for the grace period and expire at its end",
        arguments: [true, false])
    func graceBesideRollover(isSeenBefore: Bool) async throws {
        let plans = plans(Policy.Plan.Grant(credits: 100, every: .month, rollover: 50))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let end = newYear.advanced(byMilliseconds: month)
            let held = try await ledger.hold(.generate(cost: 80, plans: plans), at: end.advanced(byMilliseconds: -1))
            if isSeenBefore { try await ledger.refresh("ana", under: plans, at: end) }
            #expect(try await ledger.refund(held, because: .threw, at: end.advanced(byMilliseconds: 1)))
            try await ledger.refresh("ana", under: plans, at: end.advanced(byMilliseconds: 2))
            let soon = end.advanced(byMilliseconds: 3)
            // 100 of the new period, 50 carried over, and 50 of the 80 that came back.
            #expect(try await ledger.balance(of: "ana", at: soon)?.remaining == 200)
            let later = end.advanced(byMilliseconds: 2 * day)
            #expect(try await ledger.balance(of: "ana", at: later)?.remaining == 150)
        }
    }

    @Test("An account gets and carries over no credits for time away from a plan")
    func away() async throws {
        let away = Policy.Plan(name: "away")
        let plans = plans(Policy.Plan.Grant(credits: 100, every: .month, rollover: 1000), besides: [away])
        try await withBothLedgers { ledger in
            let note = try Ledger.Note(by: "test", reason: "test")
            try await ledger.refresh("ana", under: plans, at: newYear)
            try await ledger.move("ana", to: away, under: plans, note, at: newYear.advanced(byMilliseconds: day))
            let back = newYear.advanced(byMilliseconds: 8 * month)
            try await ledger.move("ana", to: try #require(plans["pro"]), under: plans, note, at: back)
            #expect(try await ledger.balance(of: "ana", at: back)?.remaining == 100)
            let next = back.advanced(byMilliseconds: month)
            try await ledger.refresh("ana", under: plans, at: next)
            #expect(try await ledger.balance(of: "ana", at: next)?.remaining == 200)
        }
    }

    @Test("A hold that is extended in a new period takes that period's credits", arguments: [true, false])
    func extended(isSeenBefore: Bool) async throws {
        let plans = plans(Policy.Plan.Grant(credits: 8, every: .month))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let end = newYear.advanced(byMilliseconds: month)
            let held = try await ledger.hold(.generate(cost: 5, plans: plans), at: end.advanced(byMilliseconds: -1))
            if isSeenBefore { try await ledger.refresh("ana", under: plans, at: end) }
            let more = try await ledger.extend(held, by: 20, under: plans, at: end)
            #expect(more?.taken == 8)
        }
    }

    @Test("A settlement above its hold in a new period takes that period's credits", arguments: [true, false])
    func settledOver(isSeenBefore: Bool) async throws {
        let plans = plans(Policy.Plan.Grant(credits: 8, every: .month))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let end = newYear.advanced(byMilliseconds: month)
            let held = try await ledger.hold(.generate(cost: 5, plans: plans), at: end.advanced(byMilliseconds: -1))
            if isSeenBefore { try await ledger.refresh("ana", under: plans, at: end) }
            let result = try await ledger.settle(held, Settlement(cost: 12), under: plans, at: end)
            #expect(result == .settled(Settled(paid: 12, drawdown: Drawdown(before: 8, after: 1))))
        }
    }

    @Test("Periods without a call pay the account's debt as if each had had a call", arguments: [true, false])
    func skippedPeriodsPay(isSeenBetween: Bool) async throws {
        let plans = plans(Policy.Plan.Grant(credits: 46, every: .month, rollover: 5))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let held = try await ledger.hold(.generate(cost: 46, plans: plans), at: newYear)
            let settlement = Settlement(cost: 50, overrun: .debt, debtLimit: 10)
            _ = try await ledger.settle(held, settlement, under: plans, at: newYear)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.debt == 4)
            if isSeenBetween {
                try await ledger.refresh("ana", under: plans, at: newYear.advanced(byMilliseconds: 35 * day))
            }
            let later = newYear.advanced(byMilliseconds: 66 * day)
            try await ledger.refresh("ana", under: plans, at: later)
            let balance = try await ledger.balance(of: "ana", at: later)
            #expect(balance?.remaining == 51)
            #expect(balance?.debt == 0)
        }
    }

    @Test("Grants that end at the same moment are spent in the plan's order", arguments: [true, false])
    func ties(isSeenEarlier: Bool) async throws {
        let daily = Policy.Plan.Grant(credits: 3, every: .day)
        let plans = plans(daily, Policy.Plan.Grant(credits: 2, every: .week, rollover: 1))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let nextWeek = newYear.advanced(byMilliseconds: 7 * day)
            if isSeenEarlier { try await ledger.refresh("ana", under: plans, at: nextWeek) }
            let lastDay = newYear.advanced(byMilliseconds: 13 * day + hour)
            let held = try await ledger.hold(.generate(cost: 3, plans: plans), at: lastDay)
            _ = try await ledger.settle(held, .whole, under: plans, at: lastDay)
            let after = newYear.advanced(byMilliseconds: 14 * day)
            try await ledger.refresh("ana", under: plans, at: after)
            // 3 and 2 of the new periods, and 1 carried over: the day's own credits were spent first.
            #expect(try await ledger.balance(of: "ana", at: after)?.remaining == 6)
        }
    }

    @Test("Calls that fail during a grace period don't prolong it")
    func graceEndsOnce() async throws {
        try await withBothLedgers { ledger in
            let grant = try GrantRequest(
                account: "ana", credits: 10, source: .promotion, reference: "short",
                expiresAt: newYear.advanced(byMilliseconds: hour)
            )
            _ = try await ledger.grant(grant, at: newYear)
            let first = try await ledger.hold(.generate(cost: 10), at: newYear)
            var now = newYear.advanced(byMilliseconds: 2 * hour)
            #expect(try await ledger.refund(first, because: .threw, at: now))
            let end = now.advanced(byMilliseconds: day)
            now = end.advanced(byMilliseconds: -1)
            let second = try await ledger.hold(.generate(cost: 10), at: now)
            #expect(try await ledger.refund(second, because: .threw, at: now))
            #expect(try await ledger.balance(of: "ana", at: now)?.remaining == 10)
            #expect(try await ledger.balance(of: "ana", at: end)?.remaining == 0)
        }
    }

    @Test("A renewal grants only what the range of credits allows, and calls go on")
    func largestAmount() async throws {
        let plans = plans(Policy.Plan.Grant(credits: 100, every: .month))
        try await withBothLedgers { ledger in
            let grant = try GrantRequest(
                account: "ana", credits: try #require(Credits(rawValue: Credits.max.rawValue - 130)),
                source: .adjustment, reference: "all", plans: plans
            )
            _ = try await ledger.grant(grant, at: newYear)
            let next = newYear.advanced(byMilliseconds: month)
            let held = try await ledger.hold(.generate(cost: 1, plans: plans), at: next)
            #expect(try await ledger.settle(held, at: next))
            let balance = try await ledger.balance(of: "ana", at: next)
            #expect(balance?.total == Credits.max)
            #expect(balance?.sources[.plan] == 29)
            let third = next.advanced(byMilliseconds: month)
            _ = try await ledger.hold(.generate(cost: 1, plans: plans), at: third)
        }
    }

    @Test("An account that a grant opened receives what its plan gives with its first call")
    func openedByAGrant() async throws {
        try await withBothLedgers { ledger in
            let grant = try GrantRequest(account: "ana", credits: 5, source: .promotion, reference: "welcome")
            _ = try await ledger.grant(grant, at: newYear)
            _ = try await ledger.hold(.generate(cost: 1, opening: 50), at: newYear)
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.remaining == 54)
            #expect(balance?.plan == "free")
        }
    }

    @Test(
        "A renamed plan continues for accounts that are on it and for accounts that return to it",
        arguments: [true, false])
    func renamed(isMovedByHand: Bool) async throws {
        let grants = [
            Policy.Plan.Grant(credits: 18, every: .once), Policy.Plan.Grant(credits: 100, every: .month, rollover: 30),
        ]
        let old = plans(
            Policy.Plan.Grant(credits: 18, every: .once), Policy.Plan.Grant(credits: 100, every: .month, rollover: 30))
        let new = Policy.Plan(name: "professional", was: ["pro"], grants: grants)
        let renamed = PlanBook(plans: ["professional": new], defaultPlan: new)
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: old, at: newYear)
            let note = try Ledger.Note(by: "test", reason: "test")
            let later = newYear.advanced(byMilliseconds: day)
            if isMovedByHand { try await ledger.move("ana", to: new, under: renamed, note, at: later) }
            try await ledger.refresh("ana", under: renamed, at: later)
            #expect(try await ledger.balance(of: "ana", at: later)?.remaining == 118)
            let next = newYear.advanced(byMilliseconds: month)
            try await ledger.refresh("ana", under: renamed, at: next)
            let balance = try await ledger.balance(of: "ana", at: next)
            #expect(balance?.plan == "professional")
            #expect(balance?.remaining == 148)
        }
    }

    @Test("Credits of a trial can be spent for its time, and then expire", arguments: [true, false])
    func trial(isSeen: Bool) async throws {
        let plans = plans(Policy.Plan.Grant(credits: 20, every: .once, lifetimeMilliseconds: 14 * day))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let end = newYear.advanced(byMilliseconds: 14 * day)
            _ = try await ledger.hold(.generate(cost: 5, plans: plans), at: end.advanced(byMilliseconds: -1))
            if isSeen { try await ledger.refresh("ana", under: plans, at: end) }
            #expect(try await ledger.balance(of: "ana", at: end)?.remaining == 0)
            #expect(try await ledger.balance(of: "ana", at: end)?.expired == 15)
        }
    }

    @Test(
        "Credits that expire before their period ends don't come back with the next period",
        arguments: [[], [1], [1, 6], [6, 13, 20]] as [[Int64]]
    )
    func expiring(looks: [Int64]) async throws {
        let plans = plans(Policy.Plan.Grant(credits: 9, every: .days(7), lifetimeMilliseconds: 2 * day))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            for look in looks {
                try await ledger.refresh("ana", under: plans, at: newYear.advanced(byMilliseconds: look * day))
            }
            for (days, credits) in [(21, 9), (22, 9), (23, 0), (27, 0), (28, 9)] as [(Int64, Credits)] {
                let now = newYear.advanced(byMilliseconds: days * day)
                try await ledger.refresh("ana", under: plans, at: now)
                #expect(try await ledger.balance(of: "ana", at: now)?.remaining == credits, "day \(days)")
            }
        }
    }

    @Test(
        "Credits of a period in which the account wasn't used pay its debt before they expire",
        arguments: [true, false])
    func expiredUnseen(isSeen: Bool) async throws {
        let plans = plans(Policy.Plan.Grant(credits: 9, every: .days(7), lifetimeMilliseconds: day))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let held = try await ledger.hold(.generate(cost: 9, plans: plans), at: newYear)
            let settlement = Settlement(cost: 14, overrun: .debt, debtLimit: 100)
            _ = try await ledger.settle(held, settlement, under: plans, at: newYear)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.debt == 5)
            if isSeen { try await ledger.refresh("ana", under: plans, at: newYear.advanced(byMilliseconds: 7 * day)) }
            let later = newYear.advanced(byMilliseconds: 10 * day)
            try await ledger.refresh("ana", under: plans, at: later)
            let balance = try await ledger.balance(of: "ana", at: later)
            #expect(balance?.debt == 0 && balance?.remaining == 0 && balance?.expired == 4)
        }
    }

    @Test("Credits that expired within their period don't roll over, even if the policy lets credits roll over by then")
    func expiredBeforeRollover() async throws {
        let before = plans(Policy.Plan.Grant(credits: 9, every: .week, lifetimeMilliseconds: 2 * day))
        let after = plans(Policy.Plan.Grant(credits: 9, every: .week, rollover: 50))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: before, at: newYear)
            try await ledger.refresh("ana", under: before, at: newYear.advanced(byMilliseconds: 3 * day))
            for (days, credits) in [(7, 9), (14, 18)] as [(Int64, Credits)] {
                let now = newYear.advanced(byMilliseconds: days * day)
                try await ledger.refresh("ana", under: after, at: now)
                #expect(try await ledger.balance(of: "ana", at: now)?.remaining == credits)
            }
        }
    }

    @Test("Of a plan's grants, those with a lower priority are spent first, even if they expire later")
    func priority() async throws {
        let plans = plans(
            Policy.Plan.Grant(credits: 10, every: .day), Policy.Plan.Grant(credits: 10, every: .once, priority: -1))
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            _ = try await ledger.hold(.generate(cost: 10, plans: plans), at: newYear)
            let tomorrow = newYear.advanced(byMilliseconds: day)
            try await ledger.refresh("ana", under: plans, at: tomorrow)
            let balance = try await ledger.balance(of: "ana", at: tomorrow)
            #expect(balance?.expired == 10 && balance?.remaining == 10)
        }
    }
}
