public import Faregate

/// The embedded ledger: one SQLite file, written by one thread, read by several.
///
/// A charge is one `INSERT`; its trigger checks the limits and the balance, takes the credits and writes the journal, or
/// aborts it all. Writes of concurrent callers share a transaction and an fsync. The file runs in
/// [WAL mode](https://www.sqlite.org/wal.html) with
/// [`synchronous = EXTRA`](https://www.sqlite.org/pragma.html#pragma_synchronous), so that whatever was answered
/// survives a power cut. Several processes may use one file on a local disk. A ledger that nobody refers to any more
/// closes itself.
public final class SQLiteLedger: LedgerBackend {
    /// The file, as it was named.
    public let path: String
    let access: FileAccess
    let writer: Writer
    let readers: Readers
    private let files: OpenFiles
    let refusals: RefusalBuffer
    let report: Ledger.Observer
    /// Tells the time that leases go by; nil where callers alone tell it.
    let clock: (any WallClock)?
    private let housekeeping = Mutex<Task<Void, Never>?>(nil)

    /// Opens the ledger in a file.
    ///
    /// While it is open it does its housekeeping: it says that this process lives, refunds what dead processes held, and
    /// deletes what is out of date.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - creating: whether to make a ledger (mode 0600) where there is no file. An empty file is never taken for one.
    ///   - readerCount: how many reads may run side by side, 1 to 64.
    ///   - clock: tells the time that leases go by: the one that the gate has.
    ///   - observer: learns of failures that no caller is told of. Called on threads of the ledger's.
    /// - Throws: `LedgerError` when the folder or the file is missing, the file is not a Faregate ledger or not all of
    ///   one, was made by a newer version, or can't be written.
    package static func open(
        _ path: String,
        creating: Bool = true,
        readerCount: Int = 2,
        clock: any WallClock = SystemClock(),
        observer: @escaping Ledger.Observer = { _ in }
    ) async throws(LedgerError) -> SQLiteLedger {
        let ledger = try await open(
            path, creating: creating, readerCount: readerCount, clock: clock, observer: observer, trace: nil
        )
        ledger.startHousekeeping(by: clock)
        return ledger
    }

    /// Without housekeeping.
    ///
    /// - Parameters:
    ///   - access: how the file is reached.
    ///   - trace: sees every statement that the writer runs; those of triggers as comments (`-- …`).
    package static func open(
        _ path: String,
        creating: Bool = true,
        readerCount: Int = 2,
        access: FileAccess = FileAccess(),
        clock: (any WallClock)? = nil,
        observer: @escaping Ledger.Observer = { _ in },
        trace: (@Sendable (String) -> Void)?
    ) async throws(LedgerError) -> SQLiteLedger {
        precondition((1...64).contains(readerCount), "a ledger has 1 to 64 readers")
        let file = LedgerFile(path: path, access: access)
        // Opening waits for the disk, and perhaps for another process, so it stays off the cooperative pool.
        return try await onThread { () throws(LedgerError) in
            let (database, isComplete) = try file.open(creating: creating)
            if let trace { database.trace(StatementTracer(show: trace)) }
            return try SQLiteLedger(file, database, isComplete, readerCount: readerCount, clock, observer)
        }
    }

    private init(
        _ file: LedgerFile,
        _ database: sending Database,
        _ isComplete: Bool,
        readerCount: Int,
        _ clock: (any WallClock)?,
        _ report: @escaping Ledger.Observer
    ) throws(LedgerError) {
        (path, access) = (file.path, file.access)
        (self.clock, self.report) = (clock, report)
        let (files, refusals, figures) = (OpenFiles(path: file.path), RefusalBuffer(), WriterFigures())
        (self.files, self.refusals) = (files, refusals)
        let transactions: Transactions
        do throws(SQLiteError) {
            transactions = Transactions(
                database,
                try Checkpoints(path: file.path, file.access),
                files: files,
                refusals: refusals,
                figures: figures,
                report: report
            )
            try transactions.open(isComplete: isComplete)
        } catch {
            throw LedgerError(error, path: file.path)
        }
        readers = try Readers(path: file.path, file.access, count: readerCount, files: files)
        writer = Writer(transactions, figures, closingAfter: readers.ended)
    }

    deinit { housekeeping.withLock { $0.take() }?.cancel() }

    /// Writes what waits and closes the file. Calls that come later throw `LedgerError`.
    public func close() async {
        housekeeping.withLock { $0.take() }?.cancel()
        // The writer last and alone: then it can bring the log into the file, and one file is all there is.
        await readers.close()
        await writer.close()
    }

    /// For what opens the file anew: throws when the ledger was closed, or another file lies there.
    func requireFiles() throws(LedgerError) {
        if let ending = writer.figures.now.ending { throw ending }
        guard files.areInPlace else { throw .replaced(path) }
    }

    private func startHousekeeping(by clock: any WallClock) {
        let task = Task { [weak self] in
            while !Task.isCancelled {
                // Not held while it sleeps: a ledger that nobody refers to any more goes.
                guard await self?.performHousekeeping(at: clock.now) != nil else { return }
                do { try await clock.sleep(milliseconds: SQLiteLedger.housekeepingMilliseconds) } catch { return }
            }
        }
        housekeeping.withLock { $0 = task }
    }
}
