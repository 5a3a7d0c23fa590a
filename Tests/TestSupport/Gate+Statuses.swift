package import Faregate

extension Gate {
    /// Returns 200 for an allowed call, otherwise the status of its refusal.
    package func status(of action: String = "generate", for account: AccountID = "ana") async throws -> Int {
        do {
            return try await run(action, for: account) { _ in 200 }
        } catch let refusal as Refusal {
            return refusal.problem.status
        }
    }

    /// Makes a call that must be refused.
    package func refusal(
        of action: String = "generate",
        for account: AccountID = "ana",
        key: IdempotencyKey? = nil
    ) async throws -> Refusal {
        do {
            try await run(action, for: account, key: key) { _ in }
        } catch let refusal as Refusal {
            return refusal
        }
        throw TestFailure("\(action) was let through")
    }
}
