extension Gate {
    /// Runs the call, or waits for the one that runs under its key already.
    ///
    /// - Throws: ``CallWithinItself`` where that one waits for this, `CancellationError` when the task that waits is
    ///   cancelled.
    func joined<Value: Sendable>(
        _ request: CallRequest,
        of action: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        guard let key = request.key else { return try await body() }
        let firstName = policy.action(named: action)?.firstName ?? action
        let name = RunningCalls.Name(account: request.account, action: firstName, key: ExactText(key.key))
        while true {
            switch running.enter(name, fingerprint: key.fingerprint.map(ExactText.init)) {
            case .first: return try await lead(name, body)
            case .running(let first):
                switch try await running.outcome(of: first, name, calledAs: action) {
                case .returned(let value as Value):
                    observer.observe(GateEvent(repeated: action, request, charge: nil))
                    return value
                // The caller that went away was the other one; this one tries for itself.
                case .cancelled: try Task.checkCancellation()
                case .threw(let error):
                    observer.observe(GateEvent(repeated: action, request, charge: nil, error: error))
                    throw error
                // The same key, for a closure that returns something else: the ledger will say what is known of it.
                case .returned: return try await body()
                }
            case .differs: return try await body()
            }
        }
    }

    /// Runs the call that others under its key wait for.
    private func lead<Value: Sendable>(
        _ name: RunningCalls.Name,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await running.surround(name) { try await body() }
            running.leave(name, .returned(value))
            return value
        } catch {
            // A library may throw an error of its own when its task is cancelled: that is not the others' failure.
            running.leave(name, Task.isCancelled ? .cancelled : .threw(error))
            throw error
        }
    }
}
