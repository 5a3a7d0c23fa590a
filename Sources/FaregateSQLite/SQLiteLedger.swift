public import Faregate

/// The embedded ledger: one SQLite file, written by one caller at a time, read by several.
///
/// A charge is one `INSERT`; triggers of the schema check the limits and the balance, take the credits and write the
/// journal, or abort it all. Writes of concurrent callers share a transaction and an fsync. The file runs in
/// [WAL mode](https://www.sqlite.org/wal.html) with
/// [`synchronous = FULL`](https://www.sqlite.org/pragma.html#pragma_synchronous), so that whatever was answered
/// survives a power cut. Several processes may use one file on a local disk.
public final class SQLiteLedger: Ledger {
    /// The file, as it was named.
    public let path: String
    let writer: Writer
    let readers: Readers
    let refusals = RefusalBuffer()
    let refusedAccounts = RefusedAccounts()
    private let tracer: StatementTracer?
    private let housekeeping = Mutex<Task<Void, Never>?>(nil)

    /// Opens the ledger in a file, and makes it (mode 0600) where there is none.
    ///
    /// While it is open it keeps house: it says that this process lives, and refunds what processes hold that died.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - readerCount: how many reads may run side by side, 1 to 64.
    ///   - clock: tells the time that leases go by: the one that the gate has.
    /// - Throws: `LedgerError` when the folder is missing, the file is not a Faregate ledger, was made by a newer
    ///   version, or can't be written.
    public static func open(
        _ path: String,
        readerCount: Int = 2,
        clock: any WallClock = SystemClock()
    ) async throws(LedgerError) -> SQLiteLedger {
        let ledger = try await open(path, readerCount: readerCount, trace: nil)
        ledger.keepHouse(by: clock)
        return ledger
    }

    /// Without housekeeping.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - readerCount: how many reads may run side by side.
    ///   - access: how the file is reached.
    ///   - trace: sees every statement that the writer runs; those of triggers as comments (`-- …`).
    package static func open(
        _ path: String,
        readerCount: Int = 2,
        access: FileAccess = FileAccess(),
        trace: (@Sendable (String) -> Void)?
    ) async throws(LedgerError) -> SQLiteLedger {
        precondition((1...64).contains(readerCount), "a ledger has 1 to 64 readers")
        // Opening waits for the disk, and perhaps for another process, so it stays off the cooperative pool.
        let result: Result<SQLiteLedger, LedgerError> = await onThread { () throws(LedgerError) in
            try SQLiteLedger(path: path, readerCount: readerCount, access, trace: trace)
        }
        return try result.get()
    }

    private init(
        path: String,
        readerCount: Int,
        _ access: FileAccess,
        trace: (@Sendable (String) -> Void)?
    ) throws(LedgerError) {
        let connection = try Connection.openLedger(path: path, access)
        tracer = trace.map(StatementTracer.init)
        if let tracer { connection.trace(tracer) }
        self.path = path
        readers = try Readers(path: path, access, count: readerCount)
        writer = Writer(connection, refusals)
    }

    /// Writes what waits and closes the file. Calls that come later throw `LedgerError`.
    public func close() async {
        housekeeping.withLock { $0.take() }?.cancel()
        // The writer last and alone: then it can bring the log into the file, and one file is all there is. Connections
        // that close at the same moment each leave that to the other.
        readers.close()
        await writer.close()
    }

    /// Four times as often as a lease needs it: one heartbeat may be lost to a slow disk.
    static let housekeepingMilliseconds: Int64 = 15_000

    private func keepHouse(by clock: any WallClock) {
        let task = Task { [weak self] in
            while !Task.isCancelled {
                // Not held while it sleeps: a ledger that nobody has any more goes.
                guard await self?.tidy(at: clock.now) != nil else { return }
                do { try await clock.sleep(milliseconds: SQLiteLedger.housekeepingMilliseconds) } catch { return }
            }
        }
        housekeeping.withLock { $0 = task }
    }

    /// What can't be done now is done the next time.
    private func tidy(at now: Timestamp) async {
        try? await heartbeat(at: now)
        _ = try? await recover(at: now)
        let refused = !refusals.isEmpty
        _ = try? await writer.write { connection throws(SQLiteError) in
            if refused { connection.hasWritten = true }
            try connection.run(.pruneKeys, now)
            try connection.run(.dropHolders, now.advanced(byMilliseconds: -Holder.keptMilliseconds))
            try connection.erasing { () throws(SQLiteError) in
                _ = try connection.run(.emptyBodies, now.advanced(byMilliseconds: -SQLiteLedger.bodyMilliseconds))
            }
        }
    }
}
