import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// A refusal has one reason: suspended before the plan before idempotency before limits before credits.
@Suite struct PrecedenceTests {
    @Test("The first reason in the order of checks is reported") func eachReasonHidesTheOnesAfterIt() async throws {
        try await withLedger { ledger in
            try await ledger.give(10, reference: "promo")
            let key = try IdempotencyKey("k", fingerprint: "f")
            var request = ChargeRequest.generate(limits: [.perDay(1)], key: key)
            let charge = try await ledger.hold(request)
            request.assumedPlan = AssumedPlan("pro")

            // Out of credits, past the limit, with a used key, and suspended: take the reasons away one by one.
            let database = try RawDatabase(ledger.path)
            try database.execute("UPDATE accounts SET suspended_at = 1")
            for _ in 1...2 {
                #expect(try await ledger.charge(request, at: newYear) == .refused(.suspended))
            }

            try database.execute("UPDATE accounts SET suspended_at = NULL, plan = 'free'")
            var priced = request
            priced.assumedPlan = AssumedPlan("pro")
            for _ in 1...2 { #expect(try await ledger.charge(priced, at: newYear) == .refused(.plan("free"))) }
            priced.assumedPlan = AssumedPlan(nil)
            #expect(try await ledger.charge(priced, at: newYear) == .refused(.plan("free")))

            let used = ChargeRefusal.keyUsed(charge, state: .held, sameRequest: true)
            priced.assumedPlan = AssumedPlan("free")
            for _ in 1...2 { #expect(try await ledger.charge(priced, at: newYear) == .refused(used)) }

            var next = request
            next.assumedPlan = nil
            next.key = try IdempotencyKey("another")
            for _ in 1...2 {
                guard case .refused(.limit) = try await ledger.charge(next, at: newYear) else {
                    throw TestFailure("credits were looked at before limits")
                }
                next.key = nil
            }

            next.terms = next.terms.limited(by: [])
            let short = ChargeRefusal.credits(required: 10, available: 0)
            #expect(try await ledger.charge(next, at: newYear) == .refused(short))
        }
    }

    @Test("A key is charged once") func aKeyIsChargedOnce() async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "promo")
            let request = ChargeRequest.generate(key: try IdempotencyKey("k", fingerprint: "f"))
            let decisions = try await withThrowingTaskGroup(of: ChargeDecision.self) { group in
                for _ in 0..<32 { group.addTask { try await ledger.charge(request, at: newYear) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(decisions.filter { if case .held = $0 { true } else { false } }.count == 1)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.remaining == 90)
        }
    }

    @Test("A key used for another request is reported as reused") func aKeyForAnotherRequestIsToldApart() async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "promo")
            let charge = try await ledger.hold(.generate(key: try IdempotencyKey("k", fingerprint: "one")))
            let other = try await ledger.charge(.generate(key: IdempotencyKey("k", fingerprint: "two")), at: newYear)
            #expect(other == .refused(.keyUsed(charge, state: .held, sameRequest: false)))
        }
    }

    @Test("A key belongs to its account and action") func aKeyBelongsToItsAccountAndAction() async throws {
        try await withLedger { ledger in
            try await ledger.give(100, to: "ana", reference: "promo")
            try await ledger.give(100, to: "bo", reference: "promo")
            let key = try IdempotencyKey("k")
            _ = try await ledger.hold(.generate(for: "ana", key: key))
            _ = try await ledger.hold(.generate(for: "bo", key: key))
            _ = try await ledger.hold(.generate(for: "ana", action: "chat", key: key))
        }
    }

    @Test("The key of a refunded charge can be used again, and the key of a settled charge can't")
    func theKeyOfARefundedChargeMayBeTriedAgainTheKeyOfASettledOneNot() async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "promo")
            let request = ChargeRequest.generate(key: try IdempotencyKey("k"))
            let failed = try await ledger.hold(request)
            #expect(try await ledger.refund(failed, because: .threw, at: newYear))
            let succeeded = try await ledger.hold(request)
            #expect(try await ledger.settle(succeeded, at: newYear))
            let again = try await ledger.charge(request, at: newYear)
            #expect(again == .refused(.keyUsed(succeeded, state: .settled, sameRequest: true)))
        }
    }
}
