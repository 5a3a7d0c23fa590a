extension Gate {
    /// Runs the call, or waits for a call that is already running under its key.
    ///
    /// - Throws: ``GatedCall/WithinItself`` if the running call waits for this one, `CancellationError` when the
    ///   waiting task is cancelled.
    func runOrJoin<Value: Sendable>(
        _ request: CallRequest,
        of action: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        guard let key = request.key else { return try await body() }
        let firstName = policy.action(named: action)?.firstName ?? action
        let name = RunningCalls.Name(account: request.account, action: firstName, key: ExactText(key.key))
        while true {
            switch running.enter(name, fingerprint: key.fingerprint.map(ExactText.init)) {
            case .first: return try await runFirst(name, body)
            case .running(let first):
                switch try await running.outcome(of: first, name, calledAs: action) {
                case .returned(let value as Value):
                    observer.observe(GateEvent(repeated: action, request, charge: nil))
                    return value
                // The other caller was cancelled: try again, unless this caller was cancelled too.
                case .cancelled: try Task.checkCancellation()
                case .threw(let error):
                    observer.observe(GateEvent(repeated: action, request, charge: nil, error: error))
                    throw error
                // The running closure returns another type under the same key: let the ledger decide.
                case .returned: return try await body()
                }
            case .differs: return try await body()
            }
        }
    }

    /// Runs the call, and passes its outcome to the repeats that wait for it.
    private func runFirst<Value: Sendable>(
        _ name: RunningCalls.Name,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await running.surround(name) { try await body() }
            running.leave(name, .returned(value))
            return value
        } catch {
            // A library may throw its own error when its task is cancelled; repeats that wait must not see it as a
            // failure.
            running.leave(name, Task.isCancelled ? .cancelled : .threw(error))
            throw error
        }
    }
}
