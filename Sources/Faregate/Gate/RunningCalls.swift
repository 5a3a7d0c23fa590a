/// The calls with a key that run in this process.
final class RunningCalls: Sendable {
    struct Name: Hashable {
        let account: AccountID
        let action: String
        let key: String
    }

    enum Entry {
        case first
        case running(RunningCall)
        /// It runs with another fingerprint: another request.
        case differs
    }

    private struct Place: Hashable {
        let calls: ObjectIdentifier
        let name: Name
    }

    /// The calls whose handlers the current task runs in, from the outermost in.
    @TaskLocal private static var surrounding: Set<Place> = []

    private let calls = Mutex<[Name: RunningCall]>([:])

    func enter(_ name: Name, fingerprint: String?) -> Entry {
        calls.withLock { calls in
            if let call = calls[name] { return call.fingerprint == fingerprint ? .running(call) : .differs }
            calls[name] = RunningCall(fingerprint: fingerprint)
            return .first
        }
    }

    func leave(_ name: Name, _ outcome: RunningCall.Outcome) {
        calls.withLock { $0.removeValue(forKey: name) }?.finish(outcome)
    }

    /// Runs the body as a part of the call: whatever it waits for, the call waits for.
    func surround<Value>(_ name: Name, _ body: () async throws -> Value) async throws -> Value {
        let places = RunningCalls.surrounding.union([Place(calls: ObjectIdentifier(self), name: name)])
        return try await RunningCalls.$surrounding.withValue(places, operation: body)
    }

    /// Whether the current task is a part of the call.
    func surrounds(_ name: Name) -> Bool {
        RunningCalls.surrounding.contains(Place(calls: ObjectIdentifier(self), name: name))
    }
}

/// One call that others wait for.
final class RunningCall: Sendable {
    enum Outcome: Sendable {
        case returned(any Sendable)
        case threw(any Error)
        /// Its task was cancelled, whatever it threw then.
        case cancelled
    }

    private struct State {
        var outcome: Outcome?
        var waiting: [Int: CheckedContinuation<Outcome, any Error>] = [:]
        var latestWaiter = 0
    }

    let fingerprint: String?
    private let state = Mutex(State())

    init(fingerprint: String?) {
        self.fingerprint = fingerprint
    }

    /// What the call came to, once it is over.
    ///
    /// - Throws: `CancellationError` as soon as the task that waits is cancelled.
    var outcome: Outcome {
        get async throws {
            let waiter = state.withLock { state in
                state.latestWaiter += 1
                return state.latestWaiter
            }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { wait(as: waiter, $0) }
            } onCancel: {
                state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume(throwing: CancellationError())
            }
        }
    }

    private func wait(as waiter: Int, _ continuation: CheckedContinuation<Outcome, any Error>) {
        // Whether the task is cancelled is asked under the lock that its cancellation takes: either sees the other.
        let answer: Result<Outcome, any Error>? = state.withLock { state in
            if Task.isCancelled { return .failure(CancellationError()) }
            if let outcome = state.outcome { return .success(outcome) }
            state.waiting[waiter] = continuation
            return nil
        }
        if let answer { continuation.resume(with: answer) }
    }

    func finish(_ outcome: Outcome) {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.outcome = outcome
            return state.waiting.values.map { $0 }
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }
}

/// A call was made under its own idempotency key from inside its own handler: it would wait for itself for ever.
public struct CallWithinItself: Error, Equatable, CustomStringConvertible {
    public let action: String
    public let account: AccountID

    public var description: String {
        "\(action) for \(account) is called under an idempotency key whose call of \(action) is still running around it, "
            + "so it would wait for itself; give the inner call a key of its own"
    }
}
