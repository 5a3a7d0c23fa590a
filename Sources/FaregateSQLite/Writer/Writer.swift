import Dispatch
import Faregate

/// Everything that is written passes here. One thread takes whatever waits into one transaction and one fsync (group
/// commit): each job stands or falls alone, and nobody is answered before the commit that holds their job is on the disk.
final class Writer: Sendable {
    private let queue: JobQueue
    private let ended = DispatchGroup()
    let figures: WriterFigures

    /// - Parameter readers: what the writer waits for before it closes the file. Only the last connection can bring the log
    ///   into the file.
    init(_ transactions: sending Transactions, _ figures: WriterFigures, closingAfter readers: DispatchGroup) {
        let queue = JobQueue()
        self.queue = queue
        self.figures = figures
        // The thread refers to the queue and not to the writer, so that it ends when nobody has the writer any more.
        startThread(named: "faregate-writer", owning: transactions, in: ended) { transactions in
            while let jobs = queue.next() { transactions.write(jobs) }
            readers.wait()
            transactions.close()
        }
    }

    deinit { queue.close() }

    /// How many jobs wait.
    var queueLength: Int { queue.count }

    /// Does the work, and returns when it is on the disk.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Books) throws(SQLiteError) -> Value
    ) async throws(LedgerError) -> Value {
        try await result {
            Work({ transactions throws(LedgerError) in try transactions.attempt(work) }, completion: $0)
        }
    }

    /// Leaves the work to the next commit, which comes soon even if nobody asks for one, and returns at once.
    func writeLater<Value: Sendable>(
        _ work: @escaping @Sendable (Books) throws(SQLiteError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        let job = Work({ transactions throws(LedgerError) in try transactions.attempt(work) }, completion: completion)
        queue.add(job, isAwaited: false)
    }

    /// Does the work between two transactions, while calls wait.
    func writeAlone<Value: Sendable>(
        _ work: @escaping @Sendable (Transactions) throws(LedgerError) -> Value
    ) async throws(LedgerError) -> Value {
        try await result { Work(runsAlone: true, work, completion: $0) }
    }

    /// What a job answers.
    private func result<Value: Sendable>(
        of job: (@escaping @Sendable (Result<Value, LedgerError>) -> Void) -> Work<Value>
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            queue.add(job { continuation.resume(returning: $0) }, isAwaited: true)
        }
        return try result.get()
    }

    /// Writes what waits, then ends the thread and closes the file.
    func close() async {
        queue.close()
        await ended.end()
    }
}
