import CSQLite
import Faregate
import FaregateBooks
import Foundation

extension Database {
    /// 2 MiB, so that a step is short.
    private static let pagesPerStep: Int32 = 1024
    /// A pause, so that the disk has time for the writer's commits.
    private static let pauseMilliseconds = 2

    /// Copies one snapshot of the whole file.
    /// [Online backup](https://www.sqlite.org/c3ref/backup_finish.html)
    ///
    /// - Parameters:
    ///   - source: the ledger, opened with `access`.
    ///   - copy: an empty file.
    ///   - progress: called after each step.
    static func copy(
        _ source: String, _ access: FileAccess, into copy: String, _ progress: (SQLiteLedger.BackupProgress) -> Void
    ) throws(LedgerError) {
        do throws(SQLError) {
            let reader = try openReader(path: source, access)
            let target = try Database(path: copy)
            // The copy is only used once it is complete and synced, so its writes need no sync before that.
            try target.execute(script: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            // A copy restarts when the file changes between two steps, unless it reads one snapshot throughout.
            try reader.snapshot { () throws(SQLError) in
                _ = try reader.integer("SELECT count(*) FROM sqlite_schema")
                try reader.copyPages(into: target, progress)
            }
            // The copy is a closed ledger: see LedgerFile.
            try target.execute(script: "PRAGMA journal_mode = DELETE; UPDATE ledger SET is_complete = 1;")
        } catch {
            // A full disk and I/O errors are reported for the copy, all others for the ledger.
            let isOfCopy = error.primaryCode == SQLITE_FULL || error.primaryCode == SQLITE_IOERR
            throw LedgerError(error, path: isOfCopy ? copy : source)
        }
    }

    private func copyPages(into target: Database, _ progress: (SQLiteLedger.BackupProgress) -> Void) throws(SQLError) {
        let backup = try target.beginBackup(of: self)
        var result: Int32
        repeat {
            result = sqlite3_backup_step(backup, Database.pagesPerStep)
            let total = Int(sqlite3_backup_pagecount(backup))
            progress(
                SQLiteLedger.BackupProgress(
                    copiedPages: total - Int(sqlite3_backup_remaining(backup)), totalPages: total))
            if result == SQLITE_OK { Thread.sleep(forTimeInterval: Double(Database.pauseMilliseconds) / 1000) }
        } while result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED
        let finished = sqlite3_backup_finish(backup)
        guard result == SQLITE_DONE, finished == SQLITE_OK else {
            let code = result == SQLITE_DONE ? finished : result
            throw SQLError(code: code)
        }
    }
}
