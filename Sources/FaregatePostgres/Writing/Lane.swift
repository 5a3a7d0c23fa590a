#if Postgres
import Dispatch
import Faregate
import FaregateBooks

/// A connection with a thread and a queue. All writes of an account go through one lane, in order.
final class Lane: Sendable {
    private let queue: JobQueue<LaneTransactions>
    private let ended = DispatchGroup()

    init(_ transactions: sending LaneTransactions, _ number: Int) {
        let queue = JobQueue<LaneTransactions>()
        self.queue = queue
        startThread(named: "faregate-lane-\(number)", owning: transactions, in: ended) { transactions in
            while let jobs = queue.next() { transactions.write(jobs) }
            transactions.close()
        }
    }

    deinit { queue.close() }

    func add(_ job: any Job<LaneTransactions>, isAwaited: Bool) { queue.add(job, isAwaited: isAwaited) }

    func close() async {
        queue.close()
        await ended.end()
    }
}
#endif
