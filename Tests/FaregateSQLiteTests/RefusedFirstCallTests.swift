import Faregate
import FaregateBooks
import FaregateSQLite
import TestSupport
import Testing

@Suite struct RefusedFirstCallTests {
    @Test("A refused first call opens its account, and no other account's credits pay for its calls")
    func aRefusedCallOpensItsAccount() async throws {
        try await withLedger { ledger in
            // The first refusal of all makes what later ones use, and is written.
            try await ledger.give(5, to: "first", reference: "r")
            _ = try await ledger.charge(.generate(for: "first"), at: newYear)

            guard case .refused = try await ledger.charge(.generate(for: "poor", opening: 5), at: newYear) else {
                throw TestFailure("five credits paid for ten")
            }
            try await ledger.give(100, to: "rich", reference: "r")
            guard case .refused = try await ledger.charge(.generate(for: "poor"), at: newYear) else {
                throw TestFailure("somebody else paid")
            }
            let rich = try await ledger.balance(of: "rich", at: newYear)
            #expect(rich?.remaining == 100)
            let poor = try await ledger.balance(of: "poor", at: newYear)
            #expect(poor?.remaining == 5)
        }
    }
}
