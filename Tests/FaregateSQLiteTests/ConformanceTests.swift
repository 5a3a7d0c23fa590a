import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The SQLite ledger against the model. `FAREGATE_SEEDS=100` runs that many histories, `FAREGATE_SEED=42` that one;
/// `LedgerWorker histories` runs hundreds of them, faster.
@Suite(.timeLimit(.minutes(10))) struct ConformanceTests {
    private static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["FAREGATE_SEED"].flatMap(UInt64.init) { return [seed] }
        let count = environment["FAREGATE_SEEDS"].flatMap(UInt64.init) ?? 4
        // Another start each day, so that the same few aren't tried for ever; a failure names its seed.
        let start = UInt64(Date().timeIntervalSince1970 / 86_400) * 1_000_000
        return Array(start..<start + count)
    }

    @Test("The ledger decides as the reference ledger does, in random histories", arguments: seeds)
    func theLedgerDoesWhatTheModelDoes(seed: UInt64) async throws {
        try await withLedger { ledger in
            try await LedgerConformance(seed: seed).check(ledger)
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test(
        "Other names, the same terms in other objects, and caches that keep nothing make no difference",
        arguments: seeds)
    func disguised(seed: UInt64) async throws {
        try await withFolder { folder in
            let access = FileAccess(cacheSize: 1)
            let ledger = try await SQLiteLedger.open(folder + "/test.faregate", access: access, trace: nil)
            try await LedgerConformance(seed: seed, operations: 500).check(DisguisedLedger(ledger, seed: seed))
            await ledger.close()
        }
    }

    @Test("What others do between an account's steps changes nothing for it", arguments: seeds)
    func apart(seed: UInt64) async throws {
        try await withLedger { try await AccountsApart(seed: seed, operations: 300).check(MemoryLedger(), $0) }
    }
}
