/// A call took longer than its action's timeout in the policy, and was cancelled.
public struct TimedOut: Error, Sendable, CustomStringConvertible {
    /// The policy's timeout.
    public let timeout: Duration
    /// What the call costs: 0, unless it had reported what it used and the gate charges failed calls for that
    /// (``Gate/FailureRule/chargeReported``).
    public let charged: Credits

    public var description: String {
        let cost = charged == 0 ? "nothing" : "\(charged) \(charged == 1 ? "credit" : "credits") for what it had used"
        return
            "the call took longer than \(durationText(milliseconds: timeout.milliseconds)) and was cancelled; it costs \(cost)"
    }
}

/// An operation was given up before it ended.
struct GivenUp: Error {}

/// Runs the operation until it ends or is given up: then its task is cancelled and ``GivenUp`` is thrown at once, even when
/// the operation pays no attention to its cancellation. (That is why it runs in a task of its own and not in a task group,
/// which would wait for it.)
///
/// - Parameter arm: receives the function that gives the operation up; called once, before the operation starts.
func untilGivenUp<Value: Sendable>(
    arm: (_ giveUp: @escaping @Sendable () -> Void) -> Void,
    operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let first = FirstResult<Value>()
    arm { first.set(.failure(GivenUp())) }
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

/// Hands the first result that is set to the one who waits for it; later ones are dropped.
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
