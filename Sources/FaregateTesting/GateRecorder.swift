public import Faregate

/// Records the events that a gate reports, for a test to check.
///
/// ```swift
/// let recorder = GateRecorder()
/// let gate = Gate(ledger: memory.ledger, policies: policy, clock: memory.clock, observer: recorder)
/// …
/// #expect(recorder.names == [.allowed, .settled])
/// ```
public final class GateRecorder: GateObserver {
    private struct Waiter {
        let name: GateEvent.Name
        let continuation: CheckedContinuation<GateEvent, any Error>
    }

    private struct State {
        var events: [GateEvent] = []
        var waiters: [Int: Waiter] = [:]
        var waiterCount = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// Every event so far, in the order in which the gate reported them.
    public var events: [GateEvent] { state.withLock { $0.events } }

    /// The names of all events so far: `[.allowed, .settled]`.
    public var names: [GateEvent.Name] { events.map(\.name) }

    /// The events of one name so far.
    public func events(_ name: GateEvent.Name) -> [GateEvent] { events.filter { $0.name == name } }

    /// Returns the first event of a name as soon as the gate has reported it, so that a test needs no pause.
    ///
    /// - Throws: `CancellationError` if the task is cancelled before that.
    public func first(_ name: GateEvent.Name) async throws -> GateEvent {
        let id = state.withLock { state in
            state.waiterCount += 1
            return state.waiterCount
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait(Waiter(name: name, continuation: $0), as: id) }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Deletes the recorded events.
    public func clear() { state.withLock { $0.events = [] } }

    public func observe(_ event: GateEvent) {
        let woken = state.withLock { state in
            state.events.append(event)
            let woken = state.waiters.filter { $0.value.name == event.name }
            for id in woken.keys { state.waiters[id] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume(returning: event) }
    }

    private func wait(_ waiter: Waiter, as id: Int) {
        // Under the lock that the cancellation handler takes: either the handler finds the waiter, or this check sees
        // the cancellation.
        let answer: Result<GateEvent, any Error>? = state.withLock { state in
            if let event = state.events.first(where: { $0.name == waiter.name }) { return .success(event) }
            if Task.isCancelled { return .failure(CancellationError()) }
            state.waiters[id] = waiter
            return nil
        }
        if let answer { waiter.continuation.resume(with: answer) }
    }
}
