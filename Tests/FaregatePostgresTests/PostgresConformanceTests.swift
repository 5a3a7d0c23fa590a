#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateTesting
import TestSupport
import Testing

/// The PostgreSQL ledger beside the reference ledger.
@Suite("The PostgreSQL ledger", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresConformanceTests {
    private static let seeds: [UInt64] = [1, 2]

    @Test("The ledger decides as the reference ledger does, in random histories", arguments: seeds)
    func calls(seed: UInt64) async throws {
        try await Server.withLedger { ledger in
            try await LedgerConformance(seed: seed, operations: 500).check(ledger)
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == [])
            #expect(report.isClean && report.charges > 0 && report.entries > report.charges)
        }
    }

    @Test("Other names don't change the ledger's decisions, not even those that hide a quote", arguments: seeds)
    func disguised(seed: UInt64) async throws {
        try await Server.withLedger { ledger in
            try await LedgerConformance(seed: seed, operations: 250).check(DisguisedLedger(ledger, seed: seed))
        }
    }

    @Test("Purchases are worth what the reference ledger says, in random histories", arguments: seeds)
    func purchases(seed: UInt64) async throws {
        try await Server.withLedger { ledger in
            try await PurchaseConformance(seed: seed).check(ledger) { await ledger.performHousekeeping(at: $0) }
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == [])
            #expect(report.isClean && report.purchases > 0)
        }
    }

    @Test("Calls of other accounts change nothing for an account", arguments: seeds)
    func apart(seed: UInt64) async throws {
        try await Server.withLedger { ledger in
            try await AccountsApart(seed: seed, operations: 100).check(MemoryLedger(), ledger)
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == [])
        }
    }
}
#endif
