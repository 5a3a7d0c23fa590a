public import Faregate
import FaregateBooks

extension SQLiteLedger {
    /// Moves closed charges with their journal lines and keys into a second file, in small steps, while calls go on.
    /// Each grant keeps one line for what these charges took. Purchases stay, and so do charges that can still change:
    /// open ones, those with debt, those refunded as abandoned, and those whose key has not expired. Charges that
    /// replaced an abandoned one, the latest charge and the charge of the latest journal line stay too.
    ///
    /// It can be interrupted at any time and run again: nothing is archived twice, and nothing is removed before the
    /// archive has it on the disk. The same archive can be given again later, with a later time.
    ///
    /// - Parameters:
    ///   - moment: charges closed before it are moved.
    ///   - path: the archive; it is created if it doesn't exist.
    ///   - now: the current time, which decides which keys have expired.
    ///   - progress: called after each step, on the ledger's threads.
    /// - Returns: the number of moved charges.
    /// - Throws: `LedgerError` when the archive belongs to another ledger, or one of the files can't be written.
    public func archive(
        closedBefore moment: Timestamp,
        to path: String,
        at now: Timestamp = SystemClock().now,
        progress: @escaping @Sendable (SQLiteLedger.ArchiveProgress) -> Void = { _ in }
    ) async throws(LedgerError) -> Int {
        let ledger: any SQLLedger = self
        return try await ledger.archive(closedBefore: moment, to: path, at: now, progress: progress)
    }
}
