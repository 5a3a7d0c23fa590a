import Foundation
import TestSupport
import Testing

/// Calls through the gate that end in every way, at every kind of price, in every mode, and so on: see LedgerWorker's
/// Scenario. What fails prints the scenario, and `LedgerWorker scenario …` plays it again.
@Suite(.endsWhenStuck) struct PairsTests {
    /// A fault that needs three circumstances to show comes up in a set of pairs only by chance, so a thorough run has
    /// three sets. A quick run has the first half of a set, which has most of the pairs.
    private static let seeds = (0..<Depth.of(quick: 1, thorough: 3)).map { seed &+ $0 }

    @Test("Calls under every pair of circumstances have the expected result", arguments: seeds)
    func pairs(seed: UInt64) async throws {
        let count = Depth.of(quick: 50, thorough: 1000)
        let arguments = ["pairs", "2", "\(seed)", "\(count)"]
        let text = try await withCheckedThrowingContinuation { continuation in
            // Waits for a process, so it stays off the cooperative pool.
            Thread.detachNewThread {
                continuation.resume(with: Result { try Worker(arguments: arguments).text() })
            }
        }
        #expect(text.hasSuffix("each came to what it must\n"))
    }
}
