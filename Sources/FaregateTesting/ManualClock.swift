public import Faregate

/// A clock that a test moves. Tasks that sleep on it wake when it reaches their time.
public final class ManualClock: WallClock {
    private struct Sleeper {
        let wakeAt: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var sleepers: [Int: Sleeper] = [:]
        var nextID = 0
        var arrivals: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// - Parameter now: the first time; 2026-01-01T00:00:00Z by default.
    public init(now: Timestamp = Timestamp(rawValue: 1_767_225_600_000)) {
        state = Mutex(State(now: now))
    }

    public var now: Timestamp { state.withLock { $0.now } }

    /// Moves the time forward, or back if the duration is negative, and wakes the tasks whose time it has reached.
    public func advance(by duration: Duration) { advance(milliseconds: duration.milliseconds) }

    package func advance(milliseconds: Int64) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(byMilliseconds: milliseconds)
            let due = state.sleepers.filter { $0.value.wakeAt <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    public func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                addSleeper(id, milliseconds: duration.milliseconds, continuation)
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Whether a task sleeps on this clock now.
    package var hasSleepers: Bool { sleeperCount > 0 }

    /// The number of tasks that sleep on this clock now.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Returns as soon as a task sleeps on this clock, so that a test can move the clock without guessing.
    public func waitForSleeper() async {
        await withCheckedContinuation { continuation in
            let isSleeping = state.withLock { state in
                if state.sleepers.isEmpty { state.arrivals.append(continuation) }
                return !state.sleepers.isEmpty
            }
            if isSleeping { continuation.resume() }
        }
    }

    private func addSleeper(_ id: Int, milliseconds: Int64, _ continuation: CheckedContinuation<Void, any Error>) {
        enum Outcome {
            case cancelled
            case awake
            case asleep([CheckedContinuation<Void, Never>])
        }
        // Checked under the lock that the cancellation handler takes: either the handler finds the sleeper, or this
        // check sees the cancellation.
        let outcome: Outcome = state.withLock { state in
            if Task.isCancelled { return .cancelled }
            guard milliseconds > 0 else { return .awake }
            let wakeAt = state.now.advanced(byMilliseconds: milliseconds)
            state.sleepers[id] = Sleeper(wakeAt: wakeAt, continuation: continuation)
            defer { state.arrivals = [] }
            return .asleep(state.arrivals)
        }
        switch outcome {
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .awake: continuation.resume()
        case .asleep(let arrivals): for arrival in arrivals { arrival.resume() }
        }
    }
}
