/// Limits the recorded refusals to a hundred each second.
final class RefusalSample: Sendable {
    static let perSecond = 100

    private struct State {
        var second: Int64 = .min
        var count = 0
    }

    private let state = Mutex(State())

    func admits(at now: Timestamp) -> Bool {
        state.withLock { state in
            let second = now.rawValue / 1000
            if second != state.second { state = State(second: second, count: 0) }
            state.count += 1
            return state.count <= RefusalSample.perSecond
        }
    }
}
