import Faregate
import FaregateSQLite
import Testing

/// A refused call opens its account, and nothing else of it is written: a batch of refusals is rolled back.
@Suite struct RefusedFirstCallTests {
    @Test("The account that a refused call opens is there, and nobody else's credits pay for it")
    func aRefusedCallOpensItsAccount() async throws {
        try await withLedger { ledger in
            try await ledger.give(100, to: "warm", reference: "r")
            _ = try await ledger.hold(.generate(for: "warm"))

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

    @Test("The price and the lease that a refused call wrote are there for the next one")
    func aRefusedCallLeavesNothingHalf() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            var ledger = try await SQLiteLedger.open(path, trace: nil)
            try await ledger.give(10, reference: "r")
            _ = try await ledger.hold(.generate())
            await ledger.close()

            ledger = try await SQLiteLedger.open(path, trace: nil)
            for _ in 0..<2 { _ = try await ledger.charge(.generate(), at: newYear) }
            try await ledger.give(10, reference: "s")
            _ = try await ledger.hold(.generate())
            await ledger.close()
            #expect(try RawDatabase(path).rows("PRAGMA foreign_key_check") == [])
        }
    }
}
