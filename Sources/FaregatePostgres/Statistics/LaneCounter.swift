#if Postgres
import Faregate

/// Counts the writes of a lane, and the commits and deadlocks of its connections.
final class LaneCounter: Sendable {
    private struct Counts {
        var queued: Int64 = 0
        var answered: Int64 = 0
        var transactions: Int64 = 0
        var commitNanoseconds: UInt64 = 0
        var slowestCommitNanoseconds: UInt64 = 0
        var deadlocks = 0
    }

    private let counts = Mutex(Counts())

    func noteQueued() { counts.withLock { $0.queued += 1 } }

    func noteAnswered() { counts.withLock { $0.answered += 1 } }

    func noteCommit(nanoseconds: UInt64) {
        counts.withLock { counts in
            counts.transactions += 1
            counts.commitNanoseconds &+= nanoseconds
            counts.slowestCommitNanoseconds = max(counts.slowestCommitNanoseconds, nanoseconds)
        }
    }

    func noteDeadlock() { counts.withLock { $0.deadlocks += 1 } }

    /// The transactions that PostgreSQL ended because of a deadlock.
    var deadlocks: Int { counts.withLock { $0.deadlocks } }

    var figures: PostgresLedger.LaneFigures {
        let counts = counts.withLock { $0 }
        return PostgresLedger.LaneFigures(
            queueLength: Int(counts.queued - counts.answered),
            transactions: counts.transactions,
            writes: counts.answered,
            meanCommitMicroseconds: Int64(counts.commitNanoseconds / UInt64(max(1, counts.transactions)) / 1000),
            slowestCommitMicroseconds: Int64(counts.slowestCommitNanoseconds / 1000)
        )
    }
}
#endif
