import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// An account that was refused is let through as soon as it may pass.
@Suite struct RefusedAgainTests {
    @Test("A call that was refused passes with new credits, in the next window, or when the account is resumed")
    func passesAsSoonAsItMay() async throws {
        try await withLedger { ledger in
            try await ledger.give(10, reference: "one")
            let request = ChargeRequest.generate(limits: [.perDay(1)])
            let unlimited = ChargeRequest.generate()
            _ = try await ledger.hold(request)
            for _ in 1...2 { try await expectRefusal(unlimited, by: ledger) }
            try await ledger.give(100, reference: "two")
            _ = try await ledger.hold(unlimited)

            for _ in 1...2 { try await expectRefusal(request, by: ledger) }
            let tomorrow = newYear.advanced(byMilliseconds: 24 * hour)
            var next = request
            next.terms = next.terms.limited(by: [.perDay(1, from: tomorrow)])
            guard case .held = try await ledger.charge(next, at: tomorrow) else { throw TestFailure("still limited") }

            _ = try await ledger.suspend("ana", try Ledger.Note(by: "tester", reason: "a dispute"), at: newYear)
            for _ in 1...2 {
                let decision = try await ledger.charge(unlimited, at: newYear)
                #expect(decision == .refused(.suspended))
            }
            _ = try await ledger.resume("ana", try Ledger.Note(by: "tester", reason: "it is over"), at: newYear)
            _ = try await ledger.hold(unlimited)
        }
    }

    @Test("Credits that have expired don't count, and those that are due from the plan do")
    func dueAccounts() async throws {
        try await withLedger { ledger in
            try await ledger.give(5, reference: "short-lived", expiresAt: newYear.advanced(byMilliseconds: hour))
            let request = ChargeRequest.generate(cost: 8)
            try await expectRefusal(request, by: ledger)
            let later = newYear.advanced(byMilliseconds: 2 * hour)
            for _ in 1...2 {
                let decision = try await ledger.charge(request, at: later)
                #expect(decision == .refused(.credits(required: 8, available: 0)))
            }

            let monthly = Policy.Plan(name: "monthly", grants: [Policy.Plan.Grant(credits: 10, every: .month)])
            let plans = PlanBook(plans: ["monthly": monthly], defaultPlan: monthly)
            let call = ChargeRequest.generate(for: "bo", plans: plans)
            _ = try await ledger.hold(call)
            for _ in 1...2 { try await expectRefusal(call, by: ledger) }
            let decision = try await ledger.charge(call, at: newYear.advanced(byMilliseconds: 31 * 24 * hour))
            guard case .held = decision else { throw TestFailure("nothing came from the plan") }
        }
    }

    private func expectRefusal(_ request: ChargeRequest, by ledger: SQLiteLedger) async throws {
        let decision = try await ledger.charge(request, at: newYear)
        guard case .refused = decision else { throw TestFailure("it was let through") }
    }
}
