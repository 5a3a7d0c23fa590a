import Faregate
import FaregateTesting
import TestSupport
import Testing

/// When credits that a person gives back expire.
@Suite struct GivingBackExpiryTests {
    @Test(
        "The credits expire with the last grant that paid, but not in the next 30 days or the refund grace",
        arguments: [
            (expiries: [90], grace: 0, days: 90), ([90, 60], 0, 90), ([10], 0, 33), ([1], 0, 33), ([1], 100, 103),
            ([1, nil], 0, nil), ([], 0, nil),
        ] as [(expiries: [Int64?], grace: Int64, days: Int64?)])
    func expiry(expiries: [Int64?], grace: Int64, days: Int64?) async throws {
        try await withBothLedgers { ledger in
            let terms = ChargeTerms(
                action: "generate",
                plans: .empty,
                policyVersion: "test",
                rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1),
                refundGraceMilliseconds: grace * GivingBack.day
            )
            for (index, end) in expiries.enumerated() {
                let expiresAt = end.map { newYear.advanced(byMilliseconds: $0 * GivingBack.day) } ?? .never
                try await ledger.give(5, reference: GrantReference("\(index)"), expiresAt: expiresAt)
            }
            let cost = Credits(integerLiteral: Int64(5 * expiries.count))
            let charge = try await ledger.hold(ChargeRequest(account: "ana", cost: cost, under: terms))
            // Without a grant, all of the cost becomes debt.
            let owed = Settlement(cost: 7, overrun: .debt, debtLimit: 9)
            _ = try await ledger.settle(charge, expiries.isEmpty ? owed : .whole, at: newYear)
            // A grant that paid nothing decides no expiry.
            try await ledger.give(5, reference: "other")
            let made = try GivingBack.made(
                try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later))
            #expect(made.expiresAt == days.map { newYear.advanced(byMilliseconds: $0 * GivingBack.day) } ?? .never)
            let balance = try await ledger.balance(of: "ana", at: made.expiresAt)
            #expect(days == nil || balance?.sources[.adjustment] == 0)
        }
    }

    @Test("A grant whose credits were all returned at settlement decides no expiry")
    func returned() async throws {
        try await withBothLedgers { ledger in
            let soon = newYear.advanced(byMilliseconds: 50 * GivingBack.day)
            try await ledger.give(5, reference: "soon", expiresAt: soon)
            try await ledger.give(5, reference: "lasting")
            let charge = try await ledger.hold(.generate())
            _ = try await ledger.settle(charge, Settlement(cost: 4), at: newYear)
            #expect(
                try GivingBack.made(try await ledger.giveBack(try GivingBack.request(charge), at: GivingBack.later))
                    .expiresAt == soon)
        }
    }
}
