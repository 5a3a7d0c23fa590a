import Faregate
import FaregateTesting
import TestSupport
import Testing

/// An account at rest never has both debt and credits to spend.
@Suite struct DebtTests {
    private func owe(_ credits: Credits, _ ledger: any LedgerBackend) async throws {
        let held = try await ledger.hold(.generate(cost: 0), at: newYear)
        let settlement = Settlement(cost: credits, overrun: .debt, debtLimit: 1000)
        _ = try await ledger.settle(held, settlement, under: .empty, at: newYear)
    }

    @Test("The refund of a failed call pays the account's debt")
    func refundPays() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(10, reference: "gift")
            let failing = try await ledger.hold(.generate(cost: 5), at: newYear)
            let dear = try await ledger.hold(.generate(cost: 5), at: newYear)
            let settlement = Settlement(cost: 8, overrun: .debt, debtLimit: 10)
            _ = try await ledger.settle(dear, settlement, under: .empty, at: newYear)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.debt == 3)
            #expect(try await ledger.refund(failing, because: .threw, at: newYear))
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.remaining == 2 && balance?.debt == 0)
        }
    }

    @Test("The unused part of a call's hold pays the account's debt")
    func partialSettlementPays() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(10, reference: "gift")
            let cheap = try await ledger.hold(.generate(cost: 10), at: newYear)
            try await owe(3, ledger)
            _ = try await ledger.settle(cheap, Settlement(cost: 4), under: .empty, at: newYear)
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.remaining == 3 && balance?.debt == 0)
        }
    }

    @Test("The refunded holds of a dead process pay the account's debt")
    func recoveryPays() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(10, reference: "gift")
            _ = try await ledger.hold(.generate(cost: 10), at: newYear)
            try await owe(3, ledger)
            let later = newYear.advanced(byMilliseconds: hour)
            #expect(try await ledger.recover(at: later).count == 1)
            let balance = try await ledger.balance(of: "ana", at: later)
            #expect(balance?.remaining == 7 && balance?.debt == 0)
        }
    }

    @Test("A grant that ended before it was made expires at once and pays no debt")
    func deadGrant() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(1, reference: "gift")
            let held = try await ledger.hold(.generate(cost: 1), at: newYear)
            #expect(try await ledger.settle(held, at: newYear))
            try await owe(50, ledger)
            let grant = try GrantRequest(
                account: "ana", credits: 100, source: .promotion, reference: "yesterday",
                expiresAt: newYear.advanced(byMilliseconds: -24 * hour)
            )
            _ = try await ledger.grant(grant, at: newYear)
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.debt == 50 && balance?.remaining == 0 && balance?.expired == 100)
        }
    }

    @Test("A call that is settled after its hold was given up counts in its limits again")
    func lateSettlementCounts() async throws {
        for isRolling in [true, false] {
            try await withBothLedgers { ledger in
                try await ledger.give(100, reference: "gift")
                let window: LimitCheck.Window =
                    isRolling
                    ? .rolling(milliseconds: 24 * hour)
                    : .calendar(from: newYear, until: newYear.advanced(byMilliseconds: 24 * hour))
                let limit = LimitCheck(name: "one", counter: "one", max: 1, window: window, givesBack: true)
                let held = try await ledger.hold(.generate(cost: 5, limits: [limit]), at: newYear)
                let later = newYear.advanced(byMilliseconds: hour)
                #expect(try await ledger.recover(at: later).map(\.id) == [held])
                #expect(try await ledger.settle(held, at: later))
                let other = try await ledger.charge(.generate(cost: 5, limits: [limit]), at: later)
                guard case .refused(.limit) = other else {
                    Issue.record("\(other), rolling: \(isRolling)")
                    return
                }
            }
        }
    }
}
