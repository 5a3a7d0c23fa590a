import CSQLite
import Faregate
import Foundation

extension Database {
    /// 2 MiB: a step is short enough for nobody to notice it.
    private static let pagesPerStep: Int32 = 1024
    /// So that the disk has time for the writer's commits.
    private static let pauseMilliseconds = 2

    /// Copies the whole file as it is at one moment.
    /// [Online backup](https://www.sqlite.org/c3ref/backup_finish.html)
    ///
    /// - Parameters:
    ///   - source: the ledger, reached by `access`.
    ///   - copy: an empty file.
    ///   - progress: is told after each step.
    static func copy(
        _ source: String, _ access: FileAccess, into copy: String, _ progress: (SQLiteLedger.BackupProgress) -> Void
    ) throws(LedgerError) {
        do throws(SQLiteError) {
            let reader = try openReader(path: source, access)
            let target = try Database(path: copy)
            // The file counts only when it is complete and synced; until then nothing of it has to be safe.
            try target.execute(script: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            // A copy begins anew when the file changes between two steps, unless it reads one snapshot throughout.
            try reader.snapshot { () throws(SQLiteError) in
                _ = try reader.integer("SELECT count(*) FROM sqlite_schema")
                try reader.copyPages(into: target, progress)
            }
            // The copy is a ledger that was closed: see LedgerFile.
            try target.execute(script: "PRAGMA journal_mode = DELETE; UPDATE ledger SET is_complete = 1;")
        } catch {
            // A full disk is the copy's; what else goes wrong, the ledger's.
            let isOfCopy = error.primaryCode == SQLITE_FULL || error.primaryCode == SQLITE_IOERR
            throw LedgerError(error, path: isOfCopy ? copy : source)
        }
    }

    private func copyPages(into target: Database, _ progress: (SQLiteLedger.BackupProgress) -> Void) throws(SQLiteError)
    {
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
            throw SQLiteError(code: code)
        }
    }
}
