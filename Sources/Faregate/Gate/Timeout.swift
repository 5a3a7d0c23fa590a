/// A call took longer than its action's timeout in the policy, and was cancelled.
public struct TimedOut: Error, Sendable, CustomStringConvertible {
    /// The policy's timeout.
    public let timeout: Duration
    /// What the call costs: 0, unless it had reported what it used and the gate charges failed calls for that
    /// (``Gate/Failing/settlesWhatWasReported``).
    public let charged: Credits

    public var description: String {
        let cost = charged == 0 ? "nothing" : "\(charged) \(charged == 1 ? "credit" : "credits") for what it had used"
        return
            "the call took longer than \(durationText(milliseconds: timeout.milliseconds)) and was cancelled; it costs \(cost)"
    }
}

/// A call ran longer than it may; its gate turns this into a ``TimedOut`` once the charge is closed.
struct TimeoutPassed: Error {
    let milliseconds: Int64
}

/// Runs the operation, and no longer than that: past the time it is cancelled and ``TimeoutPassed`` is thrown at once,
/// even when the operation pays no attention to its cancellation. (That is why it runs in a task of its own and not
/// in a task group, which would wait for it.)
func withTimeout<Value: Sendable>(
    milliseconds: Int64?,
    clock: any WallClock,
    operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard let milliseconds else { return try await operation() }

    let first = FirstResult<Value>()
    let work = Task {
        do {
            first.set(.success(try await operation()))
        } catch {
            first.set(.failure(error))
        }
    }
    let timer = Task {
        try await clock.sleep(milliseconds: milliseconds)
        first.set(.failure(TimeoutPassed(milliseconds: milliseconds)))
    }
    defer {
        timer.cancel()
        work.cancel()
    }
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
