import CSQLite
import Dispatch
import Faregate

/// The log that commits go to first (the write-ahead log), as a file that can be synchronised while others write to it.
///
/// `@unchecked Sendable`: SQLite's methods of a file that sync it use nothing of it but its descriptor.
/// [SQLITE_FCNTL_JOURNAL_POINTER](https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntljournalpointer)
struct Log: @unchecked Sendable {
    let file: UnsafeMutablePointer<sqlite3_file>?
    /// The file's own.
    let methods: UnsafePointer<sqlite3_io_methods>?
    let path: String

    /// Returns when all that was written to it is on the disk: what SQLite itself does after a commit with
    /// `synchronous = FULL`.
    func sync() -> LedgerError? {
        guard let methods else { return LedgerError(.failed, "\(path) has no log") }
        let result = methods.pointee.xSync(file, SQLITE_SYNC_NORMAL)
        guard result != SQLITE_OK else { return nil }
        let message = String(cString: sqlite3_errstr(result))
        return LedgerError(SQLiteError(code: result, message: message, sql: nil), path: path)
    }
}

/// Brings the log to the disk, then answers the jobs that are in it. While it does, the writer makes the next transaction;
/// what was written meanwhile shares the next sync.
final class Syncer: Sendable {
    private struct State {
        var batches: [Batch] = []
        var isBusy = false
        var isClosed = false
    }

    private let log: Log
    private let distrustLog: @Sendable (_ untold: [HeldCharge]) -> Void
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()

    /// - Parameters:
    ///   - log: what is brought to the disk.
    ///   - distrustLog: is told when that failed, before anybody else is, and which charges were to be answered.
    init(_ log: Log, distrustLog: @escaping @Sendable (_ untold: [HeldCharge]) -> Void) {
        self.log = log
        self.distrustLog = distrustLog
        startThread(named: "faregate-syncer", in: ended) { [self] in serve() }
    }

    /// Answers the jobs of a batch when it is on the disk.
    ///
    /// - Parameters:
    ///   - batch: what was written.
    ///   - isCalledFor: whether the writer has other things to do than to wait for the disk.
    func finish(_ batch: sending Batch, isCalledFor: Bool) {
        guard batch.isUnsynced else { return batch.answer(nil) }
        let isMine = state.withLock { state in
            if !isCalledFor, !state.isBusy, state.batches.isEmpty { return true }
            state.batches.append(batch)
            if !state.isBusy { wake.signal() }
            state.isBusy = true
            return false
        }
        if isMine { sync([batch]) }
    }

    /// Ends the thread when all is answered.
    func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
        ended.wait()
    }

    private func serve() {
        while true {
            let (batches, isClosed) = state.withLock { state in
                defer { state.batches = [] }
                state.isBusy = !state.batches.isEmpty
                return (state.batches, state.isClosed)
            }
            if !batches.isEmpty {
                sync(batches)
            } else if isClosed {
                return
            } else {
                wake.wait()
            }
        }
    }

    private func sync(_ batches: [Batch]) {
        let failure = log.sync()
        if failure != nil { distrustLog(batches.flatMap(\.held)) }
        for batch in batches { batch.answer(failure) }
    }
}
