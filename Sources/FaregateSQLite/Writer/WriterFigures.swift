import Faregate
import FaregateBooks

/// Figures about the writer, for ``SQLiteLedger/statistics(at:)``.
final class WriterFigures: Sendable {
    struct Values {
        var transactions: Int64 = 0
        var jobs: Int64 = 0
        var latestBatch = 0
        var performNanoseconds: UInt64 = 0
        var commitNanoseconds: UInt64 = 0
        var slowestCommitNanoseconds: UInt64 = 0
        var logPages = 0
        var checkpoints: Int64 = 0
        var latestCheckpoint: CheckpointResult?
        var latestCheckpointAt: UInt64?
        /// Why the writer has stopped; nil while it works.
        var ending: LedgerError?
    }

    private let values = Mutex(Values())

    var now: Values { values.withLock { $0 } }

    func note(jobs: Int, start: UInt64, performed: UInt64, logPages: Int) {
        let committed = nanosecondsNow()
        values.withLock { values in
            values.transactions += 1
            values.jobs += Int64(jobs)
            values.latestBatch = jobs
            values.performNanoseconds &+= performed &- start
            let commit = committed &- performed
            values.commitNanoseconds &+= commit
            values.slowestCommitNanoseconds = max(values.slowestCommitNanoseconds, commit)
            values.logPages = logPages
        }
    }

    func note(_ checkpoint: CheckpointResult) {
        values.withLock { values in
            values.checkpoints += 1
            values.latestCheckpoint = checkpoint
            values.latestCheckpointAt = nanosecondsNow()
        }
    }

    func noteEnding(_ error: LedgerError) { values.withLock { $0.ending = $0.ending ?? error } }
}
