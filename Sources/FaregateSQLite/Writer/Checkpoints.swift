import CSQLite
import Faregate
import FaregateBooks

/// Copies the log into the file before it grows large.
///
/// A separate connection copies the log while the writer's connection holds the write lock, so that no process commits
/// meanwhile: SQLite up to 3.51.2 can lose pages when a checkpoint meets a commit ("The WAL-reset bug",
/// https://www.sqlite.org/wal.html#walresetbug). The copy waits for no reader: pages that a reader needs stay in the
/// log, and the next checkpoint copies them.
final class Checkpoints {
    /// 32 MiB: large enough that a page changed by many charges is copied once for all of them.
    static let dueAtPages = (32 << 20) / LedgerFile.pageBytes
    /// A log that grew beyond this during a long read is truncated to it.
    /// [journal_size_limit](https://www.sqlite.org/pragma.html#pragma_journal_size_limit)
    static let keptLogBytes = 64 << 20

    private let path: String
    private let access: FileAccess
    private var copier: Database?
    /// The length of the log at which the next attempt starts.
    private var nextAtPages = dueAtPages
    /// Whether pages that SQLite counts as copied did not reach the disk.
    private(set) var hasLostPages = false

    init(path: String, _ access: FileAccess) throws(SQLError) {
        (self.path, self.access) = (path, access)
        copier = try opened()
    }

    private func opened() throws(SQLError) -> Database {
        if let copier { return copier }
        let copier = try Database(path: path, access)
        try copier.execute(script: "PRAGMA synchronous = EXTRA")
        // Reads first: if the connection has not opened the log, SQLite copies nothing and reports success all the
        // same.
        _ = try copier.integer("SELECT count(*) FROM ledger")
        self.copier = copier
        return copier
    }

    func isDue(_ database: Database) -> Bool {
        // If the log is short, it was restarted since the latest attempt, so the raised threshold is reset.
        if database.pagesInLog < Checkpoints.dueAtPages { nextAtPages = Checkpoints.dueAtPages }
        return database.pagesInLog >= nextAtPages
    }

    /// Copies the log. Afterwards `is_complete` is 0 in the file, since new commits go to the log, and 1 in the log:
    /// see the table `ledger`.
    ///
    /// - Returns: how much of the log was copied.
    func copyLog(of database: Database) throws(SQLError) -> CheckpointResult {
        let copier = try opened()
        nextAtPages = database.pagesInLog + Checkpoints.dueAtPages
        var result: CheckpointResult?
        for _ in 1...Checkpoints.maximumAttempts where result == nil {
            try database.run("UPDATE ledger SET is_complete = 0")
            result = try copyLocked(copier, of: database)
        }
        try database.run("UPDATE ledger SET is_complete = 1")
        return result ?? CheckpointResult(pages: database.pagesInLog, copiedPages: 0)
    }

    /// Under load another process sometimes commits in between.
    private static let maximumAttempts = 10

    /// - Returns: nil if another process has committed in between: copying then would mark the file complete by
    ///   mistake.
    private func copyLocked(_ copier: Database, of database: Database) throws(SQLError) -> CheckpointResult? {
        try database.run("BEGIN IMMEDIATE")
        defer { database.rollback() }
        guard try database.integer("SELECT is_complete FROM ledger") == 0 else { return nil }
        let (pages, copied) = try copier.copyLog()
        // After a partial copy SQLite counts the pages as copied without syncing them.
        if copied < pages, copied > 0 {
            do throws(SQLError) {
                try copier.syncMainFile()
            } catch {
                hasLostPages = true
                throw error
            }
        }
        return CheckpointResult(pages: pages, copiedPages: copied)
    }

    /// Copies the whole log and restarts it. Afterwards it has only the commit that restarted it.
    ///
    /// - Returns: false if a reader still needs the old log.
    func emptyLog(of database: Database) throws(SQLError) -> Bool {
        try database.execute(script: "PRAGMA journal_size_limit = 0")
        defer { try? database.execute(script: "PRAGMA journal_size_limit = \(Checkpoints.keptLogBytes)") }
        return try copyLog(of: database).isComplete && database.pagesInLog <= 2
    }

    func close() { copier = nil }
}

/// The result of a checkpoint.
struct CheckpointResult: Sendable {
    let pages: Int
    let copiedPages: Int

    var isComplete: Bool { pages >= 0 && copiedPages >= pages }
}
