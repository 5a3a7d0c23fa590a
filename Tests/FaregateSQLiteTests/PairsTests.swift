import Foundation
import Testing

/// Calls through the gate that end in every way, at every kind of price, in every mode, and so on: see LedgerWorker's
/// Scenario. What fails prints the scenario, and `LedgerWorker scenario …` plays it again.
@Suite(.timeLimit(.minutes(10))) struct PairsTests {
    @Test("Calls in which every two circumstances meet come to what they must")
    func pairs() async throws {
        let text = try await withCheckedThrowingContinuation { continuation in
            // Waits for a process, so it stays off the cooperative pool.
            Thread.detachNewThread {
                continuation.resume(with: Result { try Worker(arguments: ["pairs", "2"]).text() })
            }
        }
        #expect(text.hasSuffix("each came to what it must\n"))
    }
}
