import Faregate

/// Collects what closures on other threads report.
package final class Collected<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var all: [Element] { state.withLock { $0.elements } }

    package func removeAll() { state.withLock { $0.elements = [] } }

    package func add(_ element: Element) {
        let served = state.withLock { state in
            state.elements.append(element)
            let count = state.elements.count
            defer { state.waiting.removeAll { $0.count <= count } }
            return state.waiting.filter { $0.count <= count }.map(\.continuation)
        }
        for continuation in served { continuation.resume() }
    }

    /// Returns as soon as this many values were collected.
    package func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.elements.count >= count
                if !isThere { state.waiting.append((count, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
    }
}
