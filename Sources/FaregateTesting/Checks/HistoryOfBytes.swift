/// Runs a history generated from bytes instead of a seed, and checks the laws after each step.
package enum HistoryOfBytes {
    /// The largest number of steps. A longer history takes more time and rarely finds more.
    private static let maximumSteps = 400

    /// - Returns: whether a call was allowed.
    /// - Throws: a description of the broken law.
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
