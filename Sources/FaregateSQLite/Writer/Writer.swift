import Dispatch
import Faregate
import FaregateBooks

/// All writes go through here. One thread puts all waiting jobs into one transaction with one fsync (group
/// commit). Each job succeeds or fails alone, and no caller is answered before the commit with its job is on the disk.
///
/// The path of a job: `write` → `JobQueue` → `Transactions.write` → `Work.perform` → savepoint → the closure → `COMMIT`
/// → answer.
final class Writer: Sendable {
    private let queue: JobQueue<Transactions>
    private let ended = DispatchGroup()
    let figures: WriterFigures

    /// - Parameter readers: the threads to wait for before closing the file. Only the last connection can copy the log
    ///   into the file.
    init(_ transactions: sending Transactions, _ figures: WriterFigures, closingAfter readers: DispatchGroup) {
        let queue = JobQueue<Transactions>()
        self.queue = queue
        self.figures = figures
        // The thread refers to the queue and not to the writer, so that it ends with the last reference to the writer.
        startThread(named: "faregate-writer", owning: transactions, in: ended) { transactions in
            while let jobs = queue.next() { transactions.write(jobs) }
            readers.wait()
            transactions.close()
        }
    }

    deinit { queue.close() }

    /// The number of waiting jobs.
    var queueLength: Int { queue.count }

    /// Runs the work, and returns when it is on the disk.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Books) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        try await result {
            Work(.ledger, { transactions throws(LedgerError) in try transactions.runInSavepoint(work) }, completion: $0)
        }
    }

    /// Queues the work for the next commit, which follows within milliseconds, and returns at once.
    func writeLater<Value: Sendable>(
        _ work: @escaping @Sendable (Books) throws(SQLError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        let job = Work<Transactions, Value>(
            .ledger,
            { transactions throws(LedgerError) in try transactions.runInSavepoint(work) },
            completion: completion
        )
        queue.add(job, isAwaited: false)
    }

    /// Runs the work between two transactions, while calls wait.
    func writeAlone<Value: Sendable>(
        _ work: @escaping @Sendable (Transactions) throws(LedgerError) -> Value
    ) async throws(LedgerError) -> Value {
        try await result { Work(.ledger, runsAlone: true, work, completion: $0) }
    }

    /// The result of a job.
    private func result<Value: Sendable>(
        of job: (@escaping @Sendable (Result<Value, LedgerError>) -> Void) -> Work<Transactions, Value>
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            queue.add(job { continuation.resume(returning: $0) }, isAwaited: true)
        }
        return try result.get()
    }

    /// Writes the waiting jobs, then ends the thread and closes the file.
    func close() async {
        queue.close()
        await ended.end()
    }
}
