import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// Credits of a settled call that a person gives back.
@Suite struct GivingBackTests {
    @Test("A call is given back once, and stays settled")
    func once() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "gift")
            let charge = try await GivingBack.settled(ledger)
            let first = try GivingBack.made(
                try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later))
            #expect(first.credits == 10 && first.at == GivingBack.later && first.by == "eva")
            #expect(first.reason == "a blank picture" && first.expiresAt == .never)
            let after = try #require(try await ledger.balance(of: "ana", at: GivingBack.later))
            #expect(after.remaining == 100 && after.used == 10 && after.sources[.adjustment] == 10)
            for credits: Credits? in [nil, 1, 10, 11] {
                let again = try await ledger.giveBack(try GivingBack.request(charge, credits), at: GivingBack.later)
                #expect(again == .alreadyGivenBack(first))
            }
            #expect(try await ledger.balance(of: "ana", at: GivingBack.later) == after)
            let explained = try #require(try await ledger.explain(charge))
            #expect(explained.state == .settled && explained.cost == 10 && explained.givenBack == first)
        }
    }

    @Test("The history shows credits given back with their charge and reason")
    func history() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "gift")
            let charge = try await GivingBack.settled(ledger)
            _ = try GivingBack.made(try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later))
            let entries = try await ledger.history(of: "ana", after: nil, count: 9).entries
            #expect(entries.map(\.kind) == [.grant, .charge, .grant])
            let entry = try #require(entries.first)
            #expect(entry.charge == charge && entry.credits == 10 && entry.source == .adjustment)
            #expect(entry.reason == "a blank picture" && entry.state == nil && entry.action == nil)
            #expect(entries.last?.charge == nil)
        }
    }

    @Test("A part of the cost can be given back, but no second part and no more than the cost")
    func part() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "gift")
            let charge = try await GivingBack.settled(ledger)
            #expect(
                try await ledger.giveBack(try GivingBack.request(charge, 11), at: GivingBack.later) == .moreThanCost(10)
            )
            #expect(try await ledger.balance(of: "ana", at: GivingBack.later)?.remaining == 90)
            let part = try GivingBack.made(
                try await ledger.giveBack(try GivingBack.request(charge, 4), at: GivingBack.later))
            #expect(part.credits == 4)
            #expect(
                try await ledger.giveBack(try GivingBack.request(charge, 6), at: GivingBack.later)
                    == .alreadyGivenBack(part))
            #expect(try await ledger.balance(of: "ana", at: GivingBack.later)?.remaining == 94)
        }
    }

    @Test("Nothing is given back for a call that is open, was refunded, cost nothing or is unknown")
    func refused() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "gift")
            let open = try await ledger.hold(.generate())
            let failed = try await ledger.hold(.generate())
            #expect(try await ledger.refund(failed, because: .threw, at: newYear))
            let free = try await GivingBack.settled(ledger, .generate(cost: 0))
            let unknown = ChargeID(rawValue: 99)
            let before = try await ledger.history(of: "ana", after: nil, count: 99)
            #expect(try await ledger.giveBack(try GivingBack.request(open), at: GivingBack.later) == .stillOpen)
            #expect(try await ledger.giveBack(try GivingBack.request(failed), at: GivingBack.later) == .refunded)
            #expect(try await ledger.giveBack(try GivingBack.request(free), at: GivingBack.later) == .costNothing)
            #expect(try await ledger.giveBack(try GivingBack.request(unknown), at: GivingBack.later) == .unknownCharge)
            #expect(try await ledger.history(of: "ana", after: nil, count: 99) == before)
            #expect(try await ledger.balance(of: "ana", at: GivingBack.later)?.remaining == 90)
        }
    }

    @Test("The part of a cost that became debt is given back, and pays the debt; the unpaid part is not")
    func debt() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(10, reference: "gift")
            let charge = try await ledger.hold(.generate())
            let settlement = Settlement(cost: 25, overrun: .debt, debtLimit: 8)
            _ = try await ledger.settle(charge, settlement, at: newYear)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.debt == 8)
            #expect(
                try await ledger.giveBack(try GivingBack.request(charge, 19), at: GivingBack.later) == .moreThanCost(18)
            )
            #expect(
                try GivingBack.made(try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later))
                    .credits == 18)
            let balance = try #require(try await ledger.balance(of: "ana", at: GivingBack.later))
            #expect(balance.remaining == 10 && balance.debt == 0)
        }
    }

    @Test("Limits still count a call that was given back")
    func limits() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "gift")
            let limit = LimitCheck(
                name: "day", counter: "day", max: 1,
                window: .calendar(from: newYear, until: newYear.advanced(byMilliseconds: GivingBack.day)),
                givesBack: true)
            let charge = try await GivingBack.settled(ledger, .generate(limits: [limit]))
            _ = try GivingBack.made(try await ledger.giveBack(try GivingBack.request(charge), at: newYear))
            guard case .refused(.limit) = try await ledger.charge(.generate(limits: [limit]), at: newYear) else {
                throw TestFailure("the limit forgot the call")
            }
        }
    }

    @Test("Credits that the account's plan owes are granted before credits are given back")
    func refreshed() async throws {
        let month = Policy.Plan.Grant(credits: 100, every: .month)
        let plan = Policy.Plan(name: "pro", grants: [month])
        let plans = PlanBook(plans: ["pro": plan], defaultPlan: plan)
        let nextMonth = newYear.advanced(byMilliseconds: 40 * GivingBack.day)
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let charge = try await GivingBack.settled(ledger, .generate(plans: plans))
            let made = try GivingBack.made(
                try await ledger.giveBack(try GivingBack.request(charge, plans: plans), at: nextMonth))
            #expect(made.expiresAt == nextMonth.advanced(byMilliseconds: 30 * GivingBack.day))
            let balance = try #require(try await ledger.balance(of: "ana", at: nextMonth))
            #expect(balance.remaining == 110 && balance.expired == 90)
        }
    }

    @Test("A late call is given back under the charge that replaced the abandoned one")
    func late() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "gift")
            let abandoned = try await ledger.hold(.generate())
            let end = newYear.advanced(byMilliseconds: hour)
            #expect(try await ledger.recover(at: end).map(\.id) == [abandoned])
            _ = try await ledger.settle(abandoned, .whole, under: .empty, at: end)
            #expect(try await ledger.giveBack(try GivingBack.request(abandoned), at: end) == .refunded)
            let entries = try await ledger.history(of: "ana", after: nil, count: 9).entries
            let charge = try #require(entries.first { $0.kind == .charge && $0.charge != abandoned }?.charge)
            #expect(
                try GivingBack.made(try await ledger.giveBack(try GivingBack.request(charge), at: end)).credits == 10)
        }
    }

    @Test("Of many requests at the same time, one gives the credits back")
    func concurrent() async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "gift")
            let charge = try await GivingBack.settled(ledger)
            let results = try await withThrowingTaskGroup(of: GiveBackResult.self) { group in
                for credits in 1...10 {
                    let request = try GivingBack.request(charge, Credits(rawValue: Int64(credits)))
                    group.addTask { try await ledger.giveBack(request, at: GivingBack.later) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let new = results.compactMap { if case .givenBack(let made) = $0 { made } else { nil } }
            #expect(results.count == 10 && new.count == 1)
            let balance = try await ledger.balance(of: "ana", at: GivingBack.later)
            #expect(balance?.remaining.rawValue == 90 + (new.first?.credits.rawValue ?? 0))
        }
    }

    @Test("Nothing changes if the account can't hold the credits")
    func outOfRange() async throws {
        try await withLedger { ledger in
            try await ledger.give(.max, reference: "all")
            let charge = try await GivingBack.settled(ledger)
            await #expect(throws: LedgerError.self) {
                try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later)
            }
            #expect(try await ledger.explain(charge)?.givenBack == nil)
            #expect(try await ledger.audit().differences.isEmpty)
        }
    }

    @Test("No other grant can have the reference of a refund")
    func reserved() async throws {
        for reference in ["refund:1", "refund:", "refund:ticket-7"] {
            let error = #expect(throws: InvalidInput.self) { try GrantReference(reference) }
            #expect(error?.description.contains("reserved for credits that faregate refund gives back") == true)
        }
        for reference in ["refunds", "refund 1", "Refund:1"] { _ = try GrantReference(reference) }
        #expect(ChargeID(refundReference: "refund:12") == ChargeID(rawValue: 12))
        for reference in ["refund:", "refund:x", "refund:+7", "refund:07", "x:7", "7", "refund: 7", "refund:7:7", ""] {
            #expect(ChargeID(refundReference: reference) == nil, "\(reference)")
        }
    }

    @Test("A refund gives back at least 1 credit", arguments: [0, -1] as [Credits])
    func range(credits: Credits) throws {
        #expect(throws: InvalidInput.self) { try GivingBack.request(ChargeID(rawValue: 1), credits) }
    }

    @Test("A mistaken refund can be taken away again by its reference")
    func mistaken() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "gift")
            let charge = try await GivingBack.settled(ledger)
            let first = try GivingBack.made(
                try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later))
            let note = try Ledger.Note(by: "eva", reason: "the wrong call")
            let withdrawal = try Withdrawal(
                account: "ana", credits: 10, from: "refund:\(charge)", reference: "undo", note: note)
            guard case .taken = try await ledger.withdraw(withdrawal, at: GivingBack.later) else {
                throw TestFailure("not taken")
            }
            #expect(try await ledger.balance(of: "ana", at: GivingBack.later)?.remaining == 90)
            #expect(
                try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later)
                    == .alreadyGivenBack(first))
        }
    }

    @Test("After its charge was archived, a refund is still explained, and can't be made any more")
    func archived() async throws {
        try await withFolder { folder in
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
            try await ledger.give(100, reference: "gift")
            let (first, second) = (try await GivingBack.settled(ledger), try await GivingBack.settled(ledger))
            // The latest charge is never archived.
            _ = try await GivingBack.settled(ledger)
            let made = try GivingBack.made(
                try await ledger.giveBack(try GivingBack.request(first), at: GivingBack.later))
            let archive = folder + "/old.archive"
            _ = try await ledger.archive(closedBefore: .never, to: archive, at: GivingBack.later)
            #expect(try await ledger.explain(first) == nil)
            #expect(try await ledger.explain(first, archive: archive)?.givenBack == made)
            #expect(try await ledger.explain(second, archive: archive)?.givenBack == nil)
            for charge in [first, second] {
                #expect(
                    try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later) == .unknownCharge)
            }
            let page = try #require(
                try await ledger.notedHistory(of: "ana", archive: Archive(path: archive), after: nil, count: 9))
            let entry = try #require(page.entries.first { $0.kind == "grant" && $0.charge == first })
            #expect(entry.by == "eva" && entry.reason == "a blank picture")
            #expect(try await ledger.audit().differences.isEmpty)
            await ledger.close()
        }
    }
}
