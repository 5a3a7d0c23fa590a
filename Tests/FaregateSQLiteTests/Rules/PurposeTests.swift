import Faregate
import FaregateBooks
import FaregateTesting
import TestSupport
import Testing

/// Credits that pay only for some actions.
@Suite struct PurposeTests {
    private func spendable(
        _ ledger: any LedgerBackend, on action: String, at now: Timestamp = newYear
    ) async throws -> Credits? { try await ledger.balance(of: "ana", at: now)?.spendable(on: [action]) }

    @Test("Credits for an action pay for it before all others, whatever their priority and expiry")
    func spentFirst() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(
                10, reference: "soon", priority: -5, expiresAt: newYear.advanced(byMilliseconds: hour))
            try await ledger.give(10, reference: "chat", priority: 5, for: ["chat"])
            let call = try await ledger.hold(.generate(action: "chat", cost: 4))
            let payments = try await ledger.explain(call)?.payments
            #expect(payments?.map(\.reference) == ["chat"])
            #expect(payments?.map(\.actions) == [["chat"]])
            #expect(try await spendable(ledger, on: "chat") == 16)
            #expect(try await spendable(ledger, on: "generate") == 10)
            let reserved = try await ledger.balance(of: "ana", at: newYear)?.reserved
            #expect(reserved == [AccountBalance.Reserved(actions: ["chat"], credits: 6)])
        }
    }

    @Test("Credits for another action don't pay: the refusal counts only those that can")
    func otherAction() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "chat", for: ["chat", "summarize"])
            try await ledger.give(3, reference: "all")
            let request = ChargeRequest.generate(cost: 10)
            #expect(
                try await ledger.charge(request, at: newYear)
                    == .refused(.credits(required: 10, available: 3, reserved: 100)))
            let read = try await ledger.read("ana", calls: { _ in [request] }, at: newYear)
            #expect(read?.calls.first?.refusal == .credits(required: 10, available: 3, reserved: 100))
            let summary = try await ledger.hold(.generate(action: "summarize", cost: 102))
            #expect(try await ledger.explain(summary)?.payments.map(\.credits) == [100, 2])
        }
    }

    @Test("A refund returns to the grants that paid; the rest of a hold returns first to credits for all actions")
    func refunds() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(10, reference: "all")
            try await ledger.give(10, reference: "chat", for: ["chat"])
            let failed = try await ledger.hold(.generate(action: "chat", cost: 15))
            #expect(try await ledger.refund(failed, because: .threw, at: newYear))
            #expect(try await spendable(ledger, on: "generate") == 10)
            let cheap = try await ledger.hold(.generate(action: "chat", cost: 15))
            _ = try await ledger.settle(cheap, Settlement(cost: 8), under: .empty, at: newYear)
            #expect(try await spendable(ledger, on: "generate") == 10)
            #expect(try await spendable(ledger, on: "chat") == 12)
        }
    }

    @Test("A stream's hold grows only by credits that can pay for it")
    func extensions() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(10, reference: "all")
            try await ledger.give(50, reference: "chat", for: ["chat"])
            let stream = try await ledger.hold(.generate(cost: 4))
            let more = try await ledger.extend(stream, by: 20, under: .empty, at: newYear)
            #expect(more?.taken == 6)
            #expect(more?.drawdown == Drawdown(before: 6, after: 0))
        }
    }

    @Test("What a call costs beyond its credits is short, or a debt, which credits for other actions pay at once")
    func overruns() async throws {
        for overrun in [Policy.Overrun.cap, .debt] {
            try await withBothLedgers { ledger in
                try await ledger.give(5, reference: "all")
                try await ledger.give(20, reference: "chat", for: ["chat"])
                let call = try await ledger.hold(.generate(cost: 5))
                let settlement = Settlement(cost: 35, overrun: overrun, debtLimit: 100)
                guard case .settled(let settled) = try await ledger.settle(call, settlement, under: .empty, at: newYear)
                else { throw TestFailure("not settled") }
                let balance = try await ledger.balance(of: "ana", at: newYear)
                #expect(settled.paid == 5)
                if overrun == .debt {
                    #expect(settled.debt == 30 && settled.short == 0)
                    #expect(balance?.debt == 10 && balance?.remaining == 0)
                } else {
                    #expect(settled.debt == 0 && settled.short == 30)
                    #expect(balance?.debt == 0 && balance?.remaining == 20)
                }
            }
        }
    }

    @Test("Credits for some actions that arrive pay a debt first, as all credits do")
    func arrivingCredits() async throws {
        try await withBothLedgers { ledger in
            let call = try await ledger.hold(.generate(cost: 0))
            let settlement = Settlement(cost: 30, overrun: .debt, debtLimit: 100)
            _ = try await ledger.settle(call, settlement, under: .empty, at: newYear)
            try await ledger.give(50, reference: "chat", for: ["chat"])
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.debt == 0 && balance?.spendable(on: ["chat"]) == 20)
        }
    }

    @Test("Credits that roll over, or come back after their period, pay for the same actions as before")
    func periods() async throws {
        let pro = Policy.Plan(
            name: "pro",
            grants: [Policy.Plan.Grant(credits: 10, every: .month, rollover: 100, actions: ["chat"])])
        let plans = PlanBook(plans: ["pro": pro], defaultPlan: pro)
        try await withBothLedgers { ledger in
            try await ledger.refresh("ana", under: plans, at: newYear)
            let call = try await ledger.hold(.generate(action: "chat", cost: 4, plans: plans))
            let later = newYear.advanced(byMilliseconds: 32 * 24 * hour)
            try await ledger.refresh("ana", under: plans, at: later)
            #expect(try await spendable(ledger, on: "chat", at: later) == 16)
            #expect(try await ledger.refund(call, because: .threw, at: later))
            #expect(try await spendable(ledger, on: "chat", at: later) == 20)
            #expect(try await spendable(ledger, on: "generate", at: later) == 0)
        }
    }

    @Test("An edit of what a plan's grant pays for changes only the credits granted from then on")
    func editedPurpose() async throws {
        func plans(_ actions: [String]?) -> PlanBook {
            let daily = Policy.Plan.Grant(credits: 20, every: .day, rollover: 100, actions: actions)
            let plan = Policy.Plan(name: "free", grants: [daily])
            return PlanBook(plans: ["free": plan], defaultPlan: plan)
        }
        try await withBothLedgers { ledger in
            for (day, actions) in [["chat"], nil, ["generate"], ["generate"]].enumerated() {
                try await ledger.refresh(
                    "ana", under: plans(actions), at: newYear.advanced(byMilliseconds: Int64(day) * 24 * hour))
            }
            // Two days later: a skipped day and the present one.
            let later = newYear.advanced(byMilliseconds: 5 * 24 * hour)
            try await ledger.refresh("ana", under: plans(["generate"]), at: later)
            let balance = try await ledger.balance(of: "ana", at: later)
            #expect(balance?.remaining == 120)
            #expect(
                balance?.reserved == [
                    AccountBalance.Reserved(actions: ["chat"], credits: 20),
                    AccountBalance.Reserved(actions: ["generate"], credits: 80),
                ])
        }
    }

    @Test("The same reference with another purpose is another grant")
    func otherPurpose() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(10, reference: "gift", for: ["chat"])
            func again(_ actions: [String]?) throws -> GrantRequest {
                try GrantRequest(
                    account: "ana", credits: 10, source: .promotion, reference: "gift", actions: actions)
            }
            guard case .alreadyGranted = try await ledger.grant(again(["chat"]), at: newYear) else {
                throw TestFailure("not the same")
            }
            for other in [nil, ["generate"], ["chat", "generate"]] as [[String]?] {
                guard case .referenceTaken = try await ledger.grant(again(other), at: newYear) else {
                    throw TestFailure("the same as \(other ?? [])")
                }
            }
        }
    }

    @Test("Credits given back for a call that partly became debt pay for all actions")
    func givenBackDebt() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(5, reference: "chat", for: ["chat"])
            let call = try await ledger.hold(.generate(action: "chat", cost: 5))
            let settlement = Settlement(cost: 35, overrun: .debt, debtLimit: 100)
            _ = try await ledger.settle(call, settlement, under: .empty, at: newYear)
            try await ledger.give(30, reference: "all")
            let note = try Ledger.Note(by: "eva", reason: "test")
            _ = try await ledger.giveBack(GiveBack(call, note: note), at: newYear)
            #expect(try await spendable(ledger, on: "generate") == 35)
        }
    }

    @Test("Credits given back pay for the same actions as the grants that paid")
    func givenBack() async throws {
        for (others, actions) in [(Credits(0), ["chat", "summarize"] as [String]?), (5, nil)] {
            try await withBothLedgers { ledger in
                try await ledger.give(6, reference: "chat", for: ["chat"])
                try await ledger.give(6, reference: "both", for: ["chat", "summarize"])
                if others > 0 { try await ledger.give(others, reference: "all") }
                let cost: Credits = others > 0 ? 15 : 10
                let call = try await ledger.hold(.generate(action: "chat", cost: cost))
                #expect(try await ledger.settle(call, at: newYear))
                let note = try Ledger.Note(by: "eva", reason: "test")
                guard case .givenBack = try await ledger.giveBack(GiveBack(call, note: note), at: newYear) else {
                    throw TestFailure("not given back")
                }
                let again = try await ledger.hold(.generate(action: "chat", cost: cost))
                let paid = try await ledger.explain(again)?.payments.first { $0.source == .adjustment }
                #expect(paid?.actions == actions)
            }
        }
    }

    @Test("A won dispute returns credits for all actions if it took such credits or made debt")
    func disputedAfterSpending() async throws {
        try await withLedger { ledger in
            let till = Till(ledger)
            try await till.record(Sale.purchase(actions: ["chat"]), checkout: "cs_1")
            try await till.tell(.paid())
            let call = try await ledger.hold(.generate(action: "chat", cost: 90))
            #expect(try await ledger.settle(call, at: newYear))
            try await ledger.give(70, reference: "all")
            try await till.tell(.dispute(.withdrawn))
            #expect(try await ledger.balance(of: "ana", at: newYear)?.debt == 20)
            try await ledger.give(50, reference: "more")
            try await till.tell(.dispute(.won))
            #expect(try await spendable(ledger, on: "generate") == 120)
            #expect(try await spendable(ledger, on: "chat") == 130)
            try await till.tell(.dispute(.withdrawn, 1000, "dp_2"))
            try await till.tell(.dispute(.won, 1000, "dp_2"))
            #expect(try await spendable(ledger, on: "generate") == 120)
            #expect(try await spendable(ledger, on: "chat") == 130)
            try await till.expectRightBooks()
        }
    }

    @Test("Credits of a pack for some actions keep these actions after a won dispute, and its metadata lists them")
    func packs() async throws {
        try await withLedger { ledger in
            let till = Till(ledger)
            let sold = Sale.purchase(actions: ["chat", "summarize"])
            try await till.record(sold, checkout: "cs_1")
            try await till.tell(.paid())
            #expect(try await spendable(ledger, on: "summarize") == 100)
            #expect(try await spendable(ledger, on: "generate") == 0)
            try await till.tell(.dispute(.withdrawn))
            try await till.tell(.dispute(.won))
            #expect(try await spendable(ledger, on: "chat") == 100)
            #expect(try await spendable(ledger, on: "generate") == 0)
            let metadata = Dictionary(uniqueKeysWithValues: sold.metadata)
            #expect(Purchase(provider: "stripe", metadata: { metadata[$0] })?.actions == ["chat", "summarize"])
            #expect(try await till.purchase().purchase.actions == ["chat", "summarize"])
            try await till.expectRightBooks()
        }
    }
}
