extension Gate {
    /// A call took longer than its action's timeout in the policy, and was cancelled.
    public struct TimedOut: Error, Sendable, CustomStringConvertible {
        /// The policy's timeout.
        public let timeout: Duration
        /// The cost of the call: 0, unless it reported units and its failure rule is
        /// ``Gate/FailureRule/chargeReported``.
        public let charged: Credits

        public var description: String {
            let cost =
                charged == 0
                ? "nothing" : "\(charged) \(charged == 1 ? "credit" : "credits") for the units that it reported"
            return
                "the call took longer than \(durationText(milliseconds: timeout.milliseconds)) and was cancelled; it costs \(cost)"
        }
    }
}

/// An operation was abandoned before it ended.
struct Abandoned: Error {}

/// Runs the operation until it ends or is abandoned. When it is abandoned, its task is cancelled and ``Abandoned`` is
/// thrown at once, even if the operation ignores cancellation. (So it runs in its own task, not in a task group, which
/// would wait for it.)
///
/// - Parameter arm: receives the function that abandons the operation; called once, before the operation starts.
func untilAbandoned<Value: Sendable>(
    arm: (_ abandon: @escaping @Sendable () -> Void) -> Void,
    operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let first = FirstResult<Value>()
    arm { first.set(.failure(Abandoned())) }
    let work = Task {
        do {
            first.set(.success(try await operation()))
        } catch {
            first.set(.failure(error))
        }
    }
    defer { work.cancel() }
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { first.deliver(to: $0) }
    } onCancel: {
        work.cancel()
    }
}

/// Passes the first result to the waiter, and drops later results.
private final class FirstResult<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, any Error>)
        case ready(Result<Value, any Error>)
        case delivered
    }

    private let state = Mutex<State>(.empty)

    func set(_ result: Result<Value, any Error>) {
        let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .empty:
                state = .ready(result)
                return nil
            case .awaited(let continuation):
                state = .delivered
                return continuation
            case .ready, .delivered:
                return nil
            }
        }
        waiting?.resume(with: result)
    }

    func deliver(to continuation: CheckedContinuation<Value, any Error>) {
        let result: Result<Value, any Error>? = state.withLock { state in
            if case .ready(let result) = state {
                state = .delivered
                return result
            }
            state = .awaited(continuation)
            return nil
        }
        if let result { continuation.resume(with: result) }
    }
}
