public import Faregate

extension Ledger {
    /// Opens the ledger in an SQLite file.
    ///
    /// While it is open it does its housekeeping: it renews this process's lease, refunds the holds of dead processes,
    /// and deletes outdated rows. Several processes may use one file on a local disk.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - creating: whether to create a ledger (mode 0600) if there is no file. An empty file is always an error.
    ///   - readerCount: how many reads can run at the same time, 1 to 64.
    ///   - clock: the clock for leases; pass the one that you pass to the `Gate`.
    ///   - observer: receives failures that no caller receives. Called on the ledger's threads.
    /// - Throws: `LedgerError` if the folder or the file is missing, or if the file is not a whole Faregate ledger,
    ///   was made by a newer version, or can't be written.
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

    /// The file behind a ledger that `Ledger.sqlite` opened, for its upkeep:
    /// statistics, audit, backup, archive. Nil for any other ledger.
    public var sqlite: SQLiteLedger? { backend as? SQLiteLedger }
}
