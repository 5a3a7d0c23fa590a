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
        /// A call with this key and another fingerprint is running, so this one is another request.
        case differs
    }

    fileprivate struct State {
        var calls: [Name: RunningCall] = [:]
        /// For each call, the calls that it waits for, and how many of its tasks wait for each.
        var waits: [Name: [Name: Int]] = [:]

        /// Whether the call is one of the targets, or waits for one, directly or through other calls.
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

    /// The calls that the current task runs inside, for each gate.
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

    /// Runs the body as part of the call: when the body waits, the call waits.
    func surround<Value>(_ name: Name, _ body: () async throws -> Value) async throws -> Value {
        var surrounding = RunningCalls.surrounding
        surrounding[ObjectIdentifier(self), default: []].insert(name)
        return try await RunningCalls.$surrounding.withValue(surrounding, operation: body)
    }

    /// Waits for the call, and returns its outcome.
    ///
    /// - Parameter action: the name that the caller used.
    /// - Throws: ``GatedCall/WithinItself`` if waiting would deadlock: this task belongs to that call, or to one that
    ///   it waits for, directly or through other calls; `CancellationError` as soon as the task is cancelled.
    func outcome(of call: RunningCall, _ name: Name, calledAs action: String) async throws -> RunningCall.Outcome {
        let around = RunningCalls.surrounding[ObjectIdentifier(self), default: []]
        let isCircle = state.withLock { state in
            if state.reaches(around, from: name) { return true }
            for outer in around { state.waits[outer, default: [:]][name, default: 0] += 1 }
            return false
        }
        guard !isCircle else { throw GatedCall.WithinItself(action: action, account: name.account) }
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
        /// The call's task was cancelled; its error doesn't matter.
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

    /// Waits for the call, and returns its outcome.
    ///
    /// - Throws: `CancellationError` as soon as the waiting task is cancelled.
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
        // Check for cancellation under the lock that `onCancel` takes, so that a cancellation is never missed.
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

extension GatedCall {
    /// A handler made a call under the idempotency key of the call that it is handling, or two handlers each made a
    /// call under the other's key. They would wait forever.
    public struct WithinItself: Error, Equatable, CustomStringConvertible {
        public let action: String
        public let account: AccountID

        public var description: String {
            "\(action) for \(account) was called under the idempotency key of a call that is waiting for it, so both "
                + "would wait forever; give the inner call its own key"
        }
    }
}
