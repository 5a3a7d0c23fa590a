import Faregate
import FaregateSQLite
import FaregateTesting
import TestSupport

/// The same rules in the ledger of the tests and in the one on disk, whose books must be right afterwards.
func withBothLedgers(_ body: (any LedgerBackend) async throws -> Void) async throws {
    try await body(MemoryLedger())
    try await withLedger { ledger in
        try await body(ledger)
        let report = try await ledger.audit()
        if !report.differences.isEmpty { throw TestFailure("\(report.differences)") }
    }
}
