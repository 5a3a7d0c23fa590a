public import Faregate

/// The embedded ledger: one SQLite file, written by one thread, read by a few.
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
    private let tracer: StatementTracer?

    /// Opens the ledger in a file, and makes it (mode 0600) where there is none.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - readerCount: how many reads may run side by side, 1 to 64.
    /// - Throws: `LedgerError` when the folder is missing, the file is not a Faregate ledger, was made by a newer
    ///   version, or can't be written.
    public static func open(_ path: String, readerCount: Int = 2) async throws(LedgerError) -> SQLiteLedger {
        try await open(path, readerCount: readerCount, trace: nil)
    }

    /// - Parameter trace: sees every statement that the writer runs; those of triggers as comments (`-- …`).
    package static func open(
        _ path: String,
        readerCount: Int = 2,
        trace: (@Sendable (String) -> Void)?
    ) async throws(LedgerError) -> SQLiteLedger {
        precondition((1...64).contains(readerCount), "a ledger has 1 to 64 readers")
        // Opening waits for the disk, and perhaps for another process, so it stays off the cooperative pool.
        let result: Result<SQLiteLedger, LedgerError> = await onThread { () throws(LedgerError) in
            try SQLiteLedger(path: path, readerCount: readerCount, trace: trace)
        }
        return try result.get()
    }

    private init(path: String, readerCount: Int, trace: (@Sendable (String) -> Void)?) throws(LedgerError) {
        let connection = try Connection.openLedger(path: path)
        tracer = trace.map(StatementTracer.init)
        if let tracer { connection.trace(tracer) }
        self.path = path
        readers = try Readers(path: path, count: readerCount)
        writer = Writer(connection)
    }

    /// Writes what waits and closes the file. Calls that come later throw `LedgerError`.
    public func close() async {
        await writer.close()
        await readers.close()
    }
}
