import Dispatch
package import Faregate

/// The reads that wait for a thread.
package final class ReadQueue<Context>: Sendable {
    package typealias Read = @Sendable (Context) -> Void

    /// A limit on memory: further reads are refused as overloaded.
    private static var maximumWaiting: Int { 10_000 }

    private struct State {
        var reads: [Read] = []
        var isClosed = false
    }

    package init() {}

    private let state = Mutex(State())
    /// Counts the waiting reads, and one more for each thread once the queue is closed.
    private let available = DispatchSemaphore(value: 0)

    /// - Returns: why the read is refused; nil if it is queued.
    package func add(_ read: @escaping Read) -> LedgerError? {
        let refusal = state.withLock { state -> LedgerError? in
            if state.isClosed { return .isClosed }
            if state.reads.count >= Self.maximumWaiting { return .overloaded("\(state.reads.count) reads") }
            state.reads.append(read)
            return nil
        }
        if refusal == nil { available.signal() }
        return refusal
    }

    /// Waits for the next read; nil once the queue is closed and empty.
    package func next() -> Read? {
        available.wait()
        return state.withLock { $0.reads.isEmpty ? nil : $0.reads.removeFirst() }
    }

    package func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        // At least one for each thread: there are at most 64.
        if !wasClosed { for _ in 1...64 { available.signal() } }
    }
}

extension LedgerError {
    package static let isClosed = LedgerError(.closed, "the ledger has been closed")

    package static func overloaded(_ waiting: String) -> LedgerError {
        LedgerError(.overloaded, "\(waiting) are waiting; try again in a moment")
    }
}
