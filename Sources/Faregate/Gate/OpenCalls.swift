/// The calls of a gate whose charges are still open, so that a server can wait for them before it exits.
final class OpenCalls: Sendable {
    private struct State {
        var calls: [ObjectIdentifier: OpenCall] = [:]
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var all: [OpenCall] { state.withLock { Array($0.calls.values) } }

    func add(_ call: OpenCall) { state.withLock { $0.calls[ObjectIdentifier(call)] = call } }

    /// Called when the charge is closed, or when it never will be, because the ledger can't recover.
    func remove(_ call: OpenCall) {
        let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
            state.calls[ObjectIdentifier(call)] = nil
            guard state.calls.isEmpty else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns as soon as no call is open.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.calls.isEmpty { state.waiting.append(continuation) }
                return state.calls.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }
}
