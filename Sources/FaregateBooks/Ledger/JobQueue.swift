import Dispatch
import Faregate

/// The jobs that wait for the writer's next transaction.
package final class JobQueue<Context>: Sendable {
    /// A limit on memory: further jobs are refused as overloaded.
    package static var maximumWaiting: Int { 100_000 }
    /// The most jobs in one transaction.
    package static var maximumBatch: Int { 1024 }
    /// How long a job without a waiting caller may wait for other jobs.
    package static var lingerNanoseconds: UInt64 { 5_000_000 }

    private struct State {
        var jobs: [any Job<Context>] = []
        /// The number of jobs with a waiting caller.
        var awaited = 0
        /// When the oldest job was queued.
        var waitingSince: UInt64 = 0
        /// Whether the thread was woken and has not checked the queue yet.
        var isSignalled = false
        /// Whether the thread will check the queue soon, without being woken.
        var isLingering = false
        var isClosed = false
    }

    private enum Turn {
        case write([any Job<Context>])
        case wait
        case linger(nanoseconds: UInt64)
        case end
    }

    package init() {}

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// The number of waiting jobs.
    package var count: Int { state.withLock { $0.jobs.count } }

    /// - Parameter isAwaited: whether a caller waits for the job.
    package func add(_ job: any Job<Context>, isAwaited: Bool) {
        let refusal = state.withLock { state -> LedgerError? in
            if state.isClosed { return .isClosed }
            if state.jobs.count >= Self.maximumWaiting { return .overloaded("\(state.jobs.count) writes") }
            if state.jobs.isEmpty { state.waitingSince = nanosecondsNow() }
            state.jobs.append(job)
            if isAwaited { state.awaited += 1 }
            signal(&state)
            return nil
        }
        if let refusal { job.answer(refusal) }
    }

    /// Refuses further jobs. Waiting jobs are still written.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            signal(&state)
        }
    }

    /// Waits for the next batch; nil once the queue is closed and empty.
    package func next() -> [any Job<Context>]? {
        while true {
            switch state.withLock({ turn(&$0) }) {
            case .write(let jobs): return jobs
            case .wait: wake.wait()
            case .linger(let nanoseconds): _ = wake.wait(timeout: .now() + .nanoseconds(Int(nanoseconds)))
            case .end: return nil
            }
        }
    }

    /// A job without a waiting caller doesn't wake a thread that is about to check the queue anyway.
    private func signal(_ state: inout State) {
        guard !state.isSignalled, state.awaited > 0 || !state.isLingering || state.isClosed else { return }
        state.isSignalled = true
        wake.signal()
    }

    private func turn(_ state: inout State) -> Turn {
        state.isSignalled = false
        state.isLingering = false
        if state.jobs.isEmpty { return state.isClosed ? .end : .wait }
        if state.awaited == 0, !state.isClosed {
            let waited = nanoseconds(since: state.waitingSince)
            if waited < Self.lingerNanoseconds {
                state.isLingering = true
                return .linger(nanoseconds: Self.lingerNanoseconds - waited)
            }
        }
        return .write(takeBatch(&state))
    }

    private func takeBatch(_ state: inout State) -> [any Job<Context>] {
        var batch: [any Job<Context>] = []
        if state.jobs.count <= Self.maximumBatch {
            swap(&batch, &state.jobs)
            state.awaited = 0
        } else {
            batch = Array(state.jobs.prefix(Self.maximumBatch))
            state.jobs.removeFirst(batch.count)
            // The remaining jobs count as awaited, so that none is delayed.
            state.awaited = state.jobs.count
        }
        return batch
    }
}
