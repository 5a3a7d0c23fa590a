import Dispatch
import Faregate
import Foundation

/// The one thread that writes. Whatever waits goes into one transaction and one fsync (group commit):
/// each job stands or falls alone, and nobody is answered before the commit that holds their job is on disk.
final class Writer: Sendable {
    /// More than that and callers are told to come back later: a limit on memory.
    static let maximumWaiting = 100_000
    /// So many jobs share a transaction at most.
    static let maximumBatch = 1024
    /// How long a job that nobody waits for may wait for company.
    static let lingerMilliseconds = 5

    private struct State {
        var jobs: [Job] = []
        /// Whether somebody waits for one of the jobs; when nobody does, the thread lingers for company.
        var isUrgent = false
        var isSignalled = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()
    private let refusals: RefusalBuffer

    /// Takes over the connection: from here on it belongs to the writer's thread.
    init(_ connection: sending Connection, _ refusals: RefusalBuffer) {
        self.refusals = refusals
        startThread(named: "faregate-writer", owning: connection, in: ended, serve)
    }

    /// Charges on the writer's thread, and returns when it is on disk. (ThreadSanitizer follows a checked continuation; of
    /// an unsafe one it takes what the runtime does for a race.)
    func charge(_ row: ChargeRow, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        let result: Result<ChargeDecision, LedgerError> = await withCheckedContinuation { continuation in
            enqueue(.charge(row, now, continuation), isUrgent: true)
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
        enqueue(.settle(charge, settlement, now, completion), isUrgent: false)
    }

    /// Does the work on the writer's thread, and returns when it is on disk.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            enqueue(.work(Work(work) { continuation.resume(returning: $0) }), isUrgent: true)
        }
        return try result.get()
    }

    /// Writes what waits, then ends the thread.
    func close() async {
        state.withLock { $0.isClosed = true }
        wake.signal()
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }

    private func enqueue(_ job: Job, isUrgent: Bool) {
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
        if let refusal { job.perform(on: nil, refusal)(nil) }
    }
}

extension Writer {
    private func serve(_ connection: Connection) {
        while let jobs = nextBatch() {
            if jobs.isEmpty { continue }
            let answers = commit(jobs, on: connection)
            for answer in answers { answer() }
        }
        keepLastRefusals(on: connection)
    }

    /// What no commit has taken along so far.
    private func keepLastRefusals(on connection: Connection) {
        guard !refusals.isEmpty, (try? connection.run(.begin)) != nil else { return }
        connection.hasWritten = true
        _ = end(on: connection)
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
            if state.jobs.count <= Writer.maximumBatch {
                state.isUrgent = false
                var batch: [Job] = []
                batch.reserveCapacity(state.jobs.count)
                swap(&batch, &state.jobs)
                return batch
            }
            let batch = Array(state.jobs.prefix(Writer.maximumBatch))
            state.jobs.removeFirst(batch.count)
            // What is left over belongs to a crowd; nobody lingers there.
            state.isUrgent = true
            return batch
        }
    }

    /// All jobs performed, each in a transaction with the others.
    ///
    /// An error that takes the whole transaction (a full disk, say) fails the jobs before it too, since nothing of
    /// them is on disk; the jobs after it get a transaction of their own.
    private func commit(_ jobs: [Job], on connection: Connection) -> [() -> Void] {
        var answers: [() -> Void] = []
        answers.reserveCapacity(jobs.count)
        var rest = jobs[...]
        while !rest.isEmpty {
            let (performed, failure) = transaction(of: rest, on: connection)
            rest = rest.dropFirst(performed.count)
            for answer in performed { answers.append { answer(failure) } }
        }
        return answers
    }

    /// - Returns: an answer for each of the jobs that took part, and what is to be told to all of them where nothing was
    ///   written.
    private func transaction(of jobs: ArraySlice<Job>, on connection: Connection) -> ([Answer], LedgerError?) {
        do throws(SQLiteError) {
            try connection.run(.begin)
        } catch {
            let failure = LedgerError(error, path: connection.path)
            return (jobs.map { $0.perform(on: nil, failure) }, failure)
        }
        connection.hasWritten = false
        connection.undoing = nil
        var answers: [Answer] = []
        answers.reserveCapacity(jobs.count)
        for job in jobs {
            answers.append(job.perform(on: connection, nil))
            if !connection.isInTransaction { return (answers, undone(connection)) }
        }
        return (answers, end(on: connection))
    }

    private func undone(_ connection: Connection) -> LedgerError {
        connection.forget()
        return connection.undoing.map { LedgerError($0, path: connection.path) }
            ?? LedgerError(.failed, "\(connection.path): the transaction was undone; nothing was written")
    }

    /// A batch of refusals has written nothing that is to stay, and costs no fsync.
    private func end(on connection: Connection) -> LedgerError? {
        connection.lastChargeID = nil
        do throws(SQLiteError) {
            guard connection.hasWritten else {
                try connection.run(.rollback)
                return nil
            }
            try keepRefusals(on: connection)
            try connection.run(.commit)
            return nil
        } catch {
            if connection.isInTransaction { _ = try? connection.run(.rollback) }
            connection.forget()
            return LedgerError(error, path: connection.path)
        }
    }

    /// For people to look at: nobody's charge fails because of them, unless they took the transaction.
    private func keepRefusals(on connection: Connection) throws(SQLiteError) {
        do throws(SQLiteError) {
            try connection.write(refusals.takeAll())
        } catch {
            if !connection.isInTransaction { throw error }
        }
    }
}

/// Answers a job once its transaction has ended: with its own result, or with the error that took the commit.
typealias Answer = (_ failure: LedgerError?) -> Void

/// Something to write, and whom to tell. Charges and settlements stand for themselves: they are nearly all there is.
private enum Job: Sendable {
    case charge(ChargeRow, Timestamp, CheckedContinuation<Result<ChargeDecision, LedgerError>, Never>)
    case settle(ChargeID, Settlement, Timestamp, @Sendable (Result<SettleResult, LedgerError>) -> Void)
    case work(Work)

    /// - Parameters:
    ///   - connection: where to; nil where the job can't be done.
    ///   - failure: why it can't.
    func perform(on connection: Connection?, _ failure: LedgerError?) -> Answer {
        switch self {
        case .charge(let row, let now, let continuation):
            let result = attempt(connection, failure) { connection throws(SQLiteError) in
                let decision = try connection.charge(row, at: now)
                if case .held = decision { connection.hasWritten = true }
                return decision
            }
            return { continuation.resume(returning: $0.map { .failure($0) } ?? result) }
        case .settle(let charge, let settlement, let now, let completion):
            let result = attempt(connection, failure) { connection throws(SQLiteError) in
                try connection.settle(charge, settlement, at: now)
            }
            return { completion($0.map { .failure($0) } ?? result) }
        case .work(let work):
            return work.perform(connection, failure)
        }
    }
}

/// A job that is not on the way of every call.
private struct Work: Sendable {
    let perform: @Sendable (Connection?, LedgerError?) -> Answer

    init<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws(SQLiteError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        perform = { connection, failure in
            let result = attempt(connection, failure) { connection throws(SQLiteError) in
                try work(connection)
            }
            return { completion($0.map { .failure($0) } ?? result) }
        }
    }
}

private func attempt<Value>(
    _ connection: Connection?,
    _ failure: LedgerError?,
    _ work: (Connection) throws(SQLiteError) -> Value
) -> Result<Value, LedgerError> {
    guard let connection else { return .failure(failure ?? LedgerError(.failed, "there is no connection")) }
    do throws(SQLiteError) {
        return .success(try work(connection))
    } catch {
        if !connection.isInTransaction { connection.undoing = connection.undoing ?? error }
        return .failure(LedgerError(error, path: connection.path))
    }
}
