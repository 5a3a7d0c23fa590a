import Dispatch
import Faregate
import Foundation

/// The one thread that writes. Whatever waits goes into one transaction and one fsync (group commit):
/// each job stands or falls alone, and nobody is answered before the commit that holds their job is on disk.
final class Writer: Sendable {
    /// Answers a job once its transaction has ended: with its own result, or with the error that took the commit.
    typealias Answer = @Sendable (_ failure: LedgerError?) -> Void

    private struct Job: Sendable {
        let perform: @Sendable (Connection) -> Answer
        let fail: @Sendable (LedgerError) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        /// Whether somebody waits for one of the jobs; when nobody does, the thread lingers for company.
        var isUrgent = false
        var isSignalled = false
        var isClosed = false
    }

    private let state = Locked(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()

    /// More than that and callers are told to come back later: a limit on memory.
    static let maximumWaiting = 100_000
    /// So many jobs share a transaction at most.
    static let maximumBatch = 1024
    /// How long a job that nobody waits for may wait for company.
    static let lingerMilliseconds = 5

    /// Takes over the connection: from here on it belongs to the writer's thread.
    init(_ connection: sending Connection) {
        startThread(named: "faregate-writer", owning: connection, in: ended, serve)
    }

    /// Does the work on the writer's thread, and returns when it is on disk.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            enqueue(isUrgent: true, work) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Leaves the work for the next commit, which comes soon even if nobody asks for one, and returns at once.
    func writeLater<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        enqueue(isUrgent: false, work, completion: completion)
    }

    /// Writes what waits, then ends the thread.
    func close() async {
        state.withLock { $0.isClosed = true }
        wake.signal()
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }

    private func enqueue<Value: Sendable>(
        isUrgent: Bool,
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        let job = Job(
            perform: { connection in
                let result = Result { () throws(LedgerError) in
                    do throws(SQLiteError) {
                        return try work(connection)
                    } catch {
                        throw LedgerError(error, path: connection.path)
                    }
                }
                return { failure in completion(failure.map { .failure($0) } ?? result) }
            },
            fail: { completion(.failure($0)) }
        )
        let refusal: LedgerError? = state.withLock { state in
            if state.isClosed { return LedgerError(.closed, "the ledger has been closed") }
            if state.jobs.count >= Writer.maximumWaiting {
                return LedgerError(.overloaded, "\(state.jobs.count) writes are waiting; come back in a moment")
            }
            state.jobs.append(job)
            // A job that nobody waits for only wakes a thread that sleeps for good.
            let mustSignal = !state.isSignalled && (isUrgent && !state.isUrgent || state.jobs.count == 1)
            state.isUrgent = state.isUrgent || isUrgent
            if mustSignal {
                state.isSignalled = true
                wake.signal()
            }
            return nil
        }
        if let refusal { completion(.failure(refusal)) }
    }
}

extension Writer {
    private func serve(_ connection: Connection) {
        while let jobs = nextBatch() {
            if jobs.isEmpty { continue }
            let answers = commit(jobs[...], on: connection)
            for answer in answers { answer() }
        }
    }

    /// Sleeps until there is something to do. Nil when the writer has been closed and everything is written.
    private func nextBatch() -> [Job]? {
        if state.withLock({ $0.jobs.isEmpty && !$0.isClosed }) { wake.wait() }
        let mayLinger = state.withLock { state in
            state.isSignalled = false
            return !state.isUrgent && !state.isClosed && !state.jobs.isEmpty
        }
        if mayLinger { _ = wake.wait(timeout: .now() + .milliseconds(Writer.lingerMilliseconds)) }

        return state.withLock { state in
            state.isSignalled = false
            if state.jobs.isEmpty { return state.isClosed ? nil : [] }
            let batch = Array(state.jobs.prefix(Writer.maximumBatch))
            state.jobs.removeFirst(batch.count)
            // What is left over belongs to a crowd; nobody lingers there.
            state.isUrgent = !state.jobs.isEmpty
            return batch
        }
    }

    /// One transaction: all jobs performed, then one commit.
    ///
    /// An error that takes the whole transaction (a full disk, say) fails the jobs before it too, since nothing of
    /// them is on disk; the jobs after it get a transaction of their own.
    private func commit(_ jobs: ArraySlice<Job>, on connection: Connection) -> [() -> Void] {
        do throws(SQLiteError) {
            try connection.run(.begin)
        } catch {
            let failure = LedgerError(error, path: connection.path)
            return jobs.map { job in { job.fail(failure) } }
        }
        var answers: [Answer] = []
        answers.reserveCapacity(jobs.count)
        for (index, job) in zip(jobs.indices, jobs) {
            answers.append(job.perform(connection))
            if !connection.isInTransaction {
                let failure = LedgerError(
                    .failed,
                    "\(connection.path): the transaction was undone; nothing was written"
                )
                // The last one knows the reason and tells it itself.
                let undone =
                    answers.dropLast().map { answer in { answer(failure) } } + [{ answers[answers.count - 1](nil) }]
                return undone + commit(jobs[(index + 1)...], on: connection)
            }
        }
        let failure = end(on: connection)
        return answers.map { answer in { answer(failure) } }
    }

    private func end(on connection: Connection) -> LedgerError? {
        do throws(SQLiteError) {
            try connection.run(.commit)
            return nil
        } catch {
            if connection.isInTransaction { _ = try? connection.run(.rollback) }
            return LedgerError(error, path: connection.path)
        }
    }
}
