package import Faregate
public import FaregateBooks

/// The embedded ledger: one SQLite file, written by one thread, read by several.
///
/// A charge is one `INSERT`; its trigger checks the limits and the balance, takes the credits and writes the journal,
/// or aborts it all. Writes of concurrent callers share a transaction and an fsync. The file runs in [WAL
/// mode](https://www.sqlite.org/wal.html) with [`synchronous =
/// EXTRA`](https://www.sqlite.org/pragma.html#pragma_synchronous), so that whatever was answered survives a power cut.
/// Several processes may use one file on a local disk. A ledger closes when its last reference is released.
public final class SQLiteLedger: SQLLedger {
    /// The path of the file, as given.
    public let path: String
    let access: FileAccess
    let writer: Writer
    let readers: Readers
    private let files: OpenFiles
    package let refusals: RefusalBuffer
    package let report: Ledger.Observer
    /// The clock for leases; nil if callers pass the time.
    package let clock: (any WallClock)?
    package let recoveryPause = RecoveryPause()
    private let housekeeping = Mutex<[Task<Void, Never>]>([])

    /// Opens the ledger in a file.
    ///
    /// While it is open it does its housekeeping: it renews this process's lease, refunds the holds of dead processes,
    /// and deletes outdated rows.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - creating: whether to create a ledger (mode 0600) if there is no file. An empty file is always an error.
    ///   - readerCount: how many reads can run at the same time, 1 to 64.
    ///   - clock: the clock for leases; pass the one that you pass to the `Gate`.
    ///   - observer: receives failures that no caller receives. Called on the ledger's threads.
    /// - Throws: `LedgerError` if the folder or the file is missing, or if the file is not a whole Faregate ledger,
    ///   was made by a newer version, or can't be written.
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

    /// Opens the ledger in a file without housekeeping, for tests and for commands that run once.
    ///
    /// - Parameters:
    ///   - access: how the file is accessed.
    ///   - trace: receives every statement that the writer runs; statements of triggers are comments (`-- …`).
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
        do throws(SQLError) {
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

    /// The version of the SQLite library that this process uses, as in `3.40.1`.
    public static var libraryVersion: String { Database.sqliteVersion }

    deinit { endHousekeeping() }

    /// Writes the waiting jobs and closes the file. Later calls throw `LedgerError`.
    public func close() async {
        endHousekeeping()
        // The writer last: only the last connection can copy the log into the file and leave one file.
        await readers.close()
        await writer.close()
    }

    package func write<Value: Sendable>(
        _ subject: WriteSubject, _ work: @escaping @Sendable (Books) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        // One thread writes everything in order, so the subject doesn't matter here.
        try await writer.write(work)
    }

    package func writeLater<Value: Sendable>(
        _ subject: WriteSubject, _ work: @escaping @Sendable (Books) throws(SQLError) -> Value,
        completion: @escaping @Sendable (Result<Value, LedgerError>) -> Void
    ) {
        writer.writeLater(work, completion: completion)
    }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        try await readers.read(work)
    }

    /// For work that opens the file again: throws if the ledger is closed, or the file was replaced.
    func requireFiles() throws(LedgerError) {
        if let ending = writer.figures.now.ending { throw ending }
        guard files.areInPlace else { throw .replaced(path) }
    }

    private func startHousekeeping(by clock: any WallClock) {
        let task = Task { [weak self] in
            while !Task.isCancelled {
                // Not retained while it sleeps, so that a ledger without references is closed.
                guard await self?.performHousekeeping(at: clock.now) != nil else { return }
                do { try await clock.sleep(milliseconds: SQLiteLedger.housekeepingMilliseconds) } catch { return }
            }
        }
        housekeeping.withLock { $0 = [task, writeRefusals(by: clock)] }
    }

    private func endHousekeeping() {
        for task in housekeeping.withLock({ $0 }) { task.cancel() }
    }
}
