import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The SQLite ledger against the model. `LedgerWorker histories` runs hundreds of histories, faster.
@Suite(.endsWhenStuck) struct ConformanceTests {
    private static let seeds = (0..<Depth.of(quick: 1, thorough: 4)).map { seed &+ $0 }

    @Test("The ledger decides as the reference ledger does, in random histories", arguments: seeds)
    func theLedgerDoesWhatTheModelDoes(seed: UInt64) async throws {
        try await withLedger { ledger in
            try await LedgerConformance(seed: seed, operations: Depth.of(quick: 400, thorough: 2000)).check(ledger)
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test(
        "Other names, copies of equal terms, and a cache of one entry don't change the ledger's decisions",
        arguments: seeds)
    func disguised(seed: UInt64) async throws {
        try await withFolder { folder in
            let access = FileAccess(cacheSize: 1)
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", access: access, trace: nil)
            let conformance = LedgerConformance(seed: seed, operations: Depth.of(quick: 250, thorough: 500))
            try await conformance.check(DisguisedLedger(ledger, seed: seed))
            await ledger.close()
        }
    }

    @Test("Calls of other accounts change nothing for an account", arguments: seeds)
    func apart(seed: UInt64) async throws {
        try await withLedger { try await AccountsApart(seed: seed, operations: 300).check(MemoryLedger(), $0) }
    }
}
