/// The calls with a key that run in this process.
final class RunningCalls: Sendable {
    struct Name: Hashable {
        let account: AccountID
        let action: String
        let key: ExactText
    }

    enum Entry {
        case first
        case running(RunningCall)
        /// It runs with another fingerprint: another request.
        case differs
    }

    fileprivate struct State {
        var calls: [Name: RunningCall] = [:]
        /// For each call the calls that a part of it waits for, and how many parts of it do.
        var waits: [Name: [Name: Int]] = [:]

        /// Whether the call is one of these, or waits for one of them, directly or through others.
        func reaches(_ targets: Set<Name>, from name: Name) -> Bool {
            var seen: Set<Name> = []
            var next = [name]
            while let name = next.popLast() {
                if targets.contains(name) { return true }
                if seen.insert(name).inserted { next += waits[name, default: [:]].keys }
            }
            return false
        }
    }

    /// The calls that the current task runs inside of, for each gate that has such calls.
    @TaskLocal private static var surrounding: [ObjectIdentifier: Set<Name>] = [:]

    private let state = Mutex(State())

    func enter(_ name: Name, fingerprint: ExactText?) -> Entry {
        state.withLock { state in
            if let call = state.calls[name] { return call.fingerprint == fingerprint ? .running(call) : .differs }
            state.calls[name] = RunningCall(fingerprint: fingerprint)
            return .first
        }
    }

    func leave(_ name: Name, _ outcome: RunningCall.Outcome) {
        state.withLock { $0.calls.removeValue(forKey: name) }?.finish(outcome)
    }

    /// Runs the body as a part of the call: whatever it waits for, the call waits for.
    func surround<Value>(_ name: Name, _ body: () async throws -> Value) async throws -> Value {
        var surrounding = RunningCalls.surrounding
        surrounding[ObjectIdentifier(self), default: []].insert(name)
        return try await RunningCalls.$surrounding.withValue(surrounding, operation: body)
    }

    /// What the call came to, once it is over.
    ///
    /// - Parameter action: what the caller named it.
    /// - Throws: ``CallWithinItself`` where the current task is a part of the call, or of one that the call waits for;
    ///   `CancellationError` as soon as the task is cancelled.
    func outcome(of call: RunningCall, _ name: Name, calledAs action: String) async throws -> RunningCall.Outcome {
        let around = RunningCalls.surrounding[ObjectIdentifier(self), default: []]
        let isCircle = state.withLock { state in
            if state.reaches(around, from: name) { return true }
            for outer in around { state.waits[outer, default: [:]][name, default: 0] += 1 }
            return false
        }
        guard !isCircle else { throw CallWithinItself(action: action, account: name.account) }
        defer { state.withLock { state in for outer in around { state.stopWaiting(outer, for: name) } } }
        return try await call.outcome
    }
}

extension RunningCalls.State {
    fileprivate mutating func stopWaiting(_ outer: RunningCalls.Name, for name: RunningCalls.Name) {
        let rest = waits[outer, default: [:]][name, default: 1] - 1
        waits[outer]?[name] = rest > 0 ? rest : nil
        if waits[outer]?.isEmpty ?? false { waits[outer] = nil }
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

    let fingerprint: ExactText?
    private let state = Mutex(State())

    init(fingerprint: ExactText?) {
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

/// A call was made under its own idempotency key from inside its own handler, or two calls were made from inside each
/// other's: they would wait for ever.
public struct CallWithinItself: Error, Equatable, CustomStringConvertible {
    public let action: String
    public let account: AccountID

    public var description: String {
        "\(action) for \(account) is called under the idempotency key of a call that runs around it, or that waits for one "
            + "which does, so it would wait for itself; give the inner call a key of its own"
    }
}
