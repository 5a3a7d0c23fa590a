import Dispatch
import Faregate
import Foundation

/// Everything that is written passes here, and whatever waits goes into one transaction and one fsync (group commit):
/// each job stands or falls alone, and nobody is answered before the commit that holds their job is on disk.
///
/// One caller at a time has the connection. Who comes alone writes on their own thread: to hand a job to another thread
/// and back takes as long as to write it. In a crowd a thread of the writer's does the writing, and leaves the fsync to
/// another one, so that the next transaction is made while the last one reaches the disk.
final class Writer: Sendable {
    /// More than that and callers are told to come back later: a limit on memory.
    static let maximumWaiting = 100_000
    /// So many jobs share a transaction at most.
    static let maximumBatch = 1024
    /// How long a job that nobody waits for may wait for company.
    static let lingerNanoseconds: UInt64 = 5_000_000
    /// Where more wait for a batch than that, the writer is about to be called for again while it is synchronised.
    static let smallCrowd = 4
    /// On a disk that takes longer for a transaction, callers leave it to the thread: theirs are few.
    static let quickNanoseconds: UInt64 = 2_000_000

    private struct State {
        var jobs: [Job] = []
        /// How many of the jobs somebody waits for.
        var awaited = 0
        /// When the first of the jobs came.
        var waitingSince: UInt64 = 0
        /// Whether somebody has the connection.
        var isBusy = false
        var isSignalled = false
        /// Whether the thread is going to look again soon, without being called.
        var isLingering = false
        var isClosed = false
        /// How many were waited for in the latest batch, and how long it took.
        var latestCrowd = 0
        var latestNanoseconds: UInt64 = 0
    }

    private enum Turn {
        case refuse(LedgerError)
        /// Somebody else writes it.
        case wait
        /// The connection is the caller's.
        case write([Job], isCrowd: Bool)
        case linger(nanoseconds: UInt64)
        case end
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()
    private let desk: Desk
    private let syncer: Syncer

    init(_ connection: sending Connection, _ refusals: RefusalBuffer) {
        let desk = Desk(connection, refusals)
        self.desk = desk
        syncer = Syncer(desk.log) { desk.distrustLog($0) }
        startThread(named: "faregate-writer", in: ended) { [self] in serve() }
    }

    /// Charges, and returns when it is on disk. (ThreadSanitizer follows a checked continuation; of an unsafe one it takes
    /// what the runtime does for a race.)
    func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        let result: Result<ChargeDecision, LedgerError> = await withCheckedContinuation { continuation in
            enqueue(ChargeJob(request, at: now, continuation), isAwaited: true)
        }
        return try result.get()
    }

    /// Leaves the settlement for the next commit, which comes soon even if nobody asks for one, and returns at once.
    func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        enqueue(SettleJob(charge, settlement, at: now, completion: completion), isAwaited: false)
    }

    /// Does the work, and returns when it is on disk.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            enqueue(WorkJob(work) { continuation.resume(returning: $0) }, isAwaited: true)
        }
        return try result.get()
    }

    /// Writes what waits, then ends the threads and closes the connection.
    func close() async {
        state.withLock { $0.isClosed = true }
        wake.signal()
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }
}

extension Writer {
    private func enqueue(_ job: Job, isAwaited: Bool) {
        let turn = state.withLock { state -> Turn in
            if state.isClosed { return .refuse(LedgerError(.closed, "the ledger has been closed")) }
            if state.jobs.count >= Writer.maximumWaiting {
                return .refuse(
                    LedgerError(.overloaded, "\(state.jobs.count) writes are waiting; come back in a moment")
                )
            }
            if state.jobs.isEmpty { state.waitingSince = nanosecondsNow() }
            state.jobs.append(job)
            if isAwaited { state.awaited += 1 }
            if state.isBusy { return .wait }
            let isAlone = state.awaited == 1 && state.latestCrowd <= 1
            if isAwaited, isAlone, state.latestNanoseconds < Writer.quickNanoseconds { return takeBatch(&state) }
            callThread(&state)
            return .wait
        }
        switch turn {
        case .refuse(let error): job.answer(error)
        case .write(let jobs, _):
            let start = nanosecondsNow()
            desk.write(jobs).answer(nil)
            state.withLock { state in
                state.isBusy = false
                state.latestNanoseconds = nanoseconds(since: start)
                if !state.jobs.isEmpty || state.isClosed { callThread(&state) }
            }
        case .wait, .linger, .end: break
        }
    }

    private func takeBatch(_ state: inout State) -> Turn {
        state.isBusy = true
        var batch: [Job] = []
        if state.jobs.count <= Writer.maximumBatch {
            batch.reserveCapacity(state.jobs.count)
            swap(&batch, &state.jobs)
            state.latestCrowd = state.awaited
            state.awaited = 0
        } else {
            batch = Array(state.jobs.prefix(Writer.maximumBatch))
            state.jobs.removeFirst(batch.count)
            // Whoever is left over belongs to a crowd too.
            state.latestCrowd = state.awaited
            state.awaited = state.jobs.count
        }
        return .write(batch, isCrowd: state.latestCrowd > 1)
    }

    /// A job that nobody waits for only calls a thread that sleeps for good.
    private func callThread(_ state: inout State) {
        guard !state.isSignalled, state.awaited > 0 || !state.isLingering || state.isClosed else { return }
        state.isSignalled = true
        wake.signal()
    }
}

extension Writer {
    private func serve() {
        while true {
            switch nextTurn() {
            case .write(let jobs, let isCrowd): write(jobs, isCrowd: isCrowd)
            case .linger(let nanoseconds): _ = wake.wait(timeout: .now() + .nanoseconds(Int(nanoseconds)))
            case .wait, .refuse: wake.wait()
            case .end:
                syncer.close()
                return desk.close()
            }
        }
    }

    private func nextTurn() -> Turn {
        state.withLock { state in
            state.isSignalled = false
            state.isLingering = false
            // Whoever writes calls again.
            if state.isBusy { return .wait }
            if state.jobs.isEmpty { return state.isClosed ? .end : .wait }
            if state.awaited == 0, !state.isClosed {
                let waited = nanoseconds(since: state.waitingSince)
                if waited < Writer.lingerNanoseconds {
                    state.isLingering = true
                    return .linger(nanoseconds: Writer.lingerNanoseconds - waited)
                }
            }
            return takeBatch(&state)
        }
    }

    /// Where only one waits, the commit syncs by itself: what fails then leaves nothing behind.
    private func write(_ jobs: [Job], isCrowd: Bool) {
        let start = nanosecondsNow()
        let batch = desk.write(jobs, leavingSync: isCrowd)
        let isCalledFor = state.withLock { state in
            state.isBusy = false
            return state.awaited > 0 || state.latestCrowd > Writer.smallCrowd
        }
        syncer.finish(batch, isCalledFor: isCalledFor)
        if !isCalledFor { state.withLock { $0.latestNanoseconds = nanoseconds(since: start) } }
    }
}
