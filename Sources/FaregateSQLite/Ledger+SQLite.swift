public import Faregate

extension Ledger {
    /// Opens the ledger in an SQLite file.
    ///
    /// While it is open it does its housekeeping: it says that this process lives, refunds what dead processes held, and
    /// deletes what is out of date. Several processes may use one file on a local disk.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - creating: whether to make a ledger (mode 0600) where there is no file. An empty file is never taken for one.
    ///   - readerCount: how many reads may run side by side, 1 to 64.
    ///   - clock: tells the time that leases go by: the one that the gate has.
    ///   - observer: learns of failures that no caller is told of. Called on threads of the ledger's.
    /// - Throws: `LedgerError` when the folder or the file is missing, the file is not a Faregate ledger or not all of
    ///   one, was made by a newer version, or can't be written.
    public static func sqlite(
        _ path: String,
        creating: Bool = true,
        readerCount: Int = 2,
        clock: any WallClock = SystemClock(),
        observer: @escaping Ledger.Observer = { _ in }
    ) async throws(LedgerError) -> Ledger {
        Ledger(
            try await SQLiteLedger.open(
                path, creating: creating, readerCount: readerCount, clock: clock, observer: observer
            )
        )
    }

    /// The file behind a ledger that `LedgerBackend.sqlite` opened, for its upkeep:
    /// statistics, audit, backup, archive. Nil for any other ledger.
    public var sqlite: SQLiteLedger? { backend as? SQLiteLedger }
}
