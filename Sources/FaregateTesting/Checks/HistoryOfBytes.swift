/// A history that bytes make up instead of a seed, held to the laws after each step.
package enum HistoryOfBytes {
    /// Longer ones take more time than they find.
    private static let maximumSteps = 400

    /// - Returns: whether a call was let through in it.
    /// - Throws: what describes the law that is broken.
    package static func check(_ bytes: [UInt8]) async throws -> Bool {
        let ledger = MemoryLedger()
        var history = RandomHistory(SeededGenerator(bytes: bytes))
        var laws = Laws()
        for _ in 0..<maximumSteps where !history.isAtEnd {
            let operation = history.next()
            let answer = try await operation.perform(on: ledger, history.now, history.plans)
            history.remember(from: answer)
            try await laws.check(operation, answer, history, ledger)
        }
        return !history.charges.isEmpty
    }
}
