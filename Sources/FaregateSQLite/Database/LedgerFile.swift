import Faregate
import FaregateBooks
import Foundation

/// A file that is about to be opened as a ledger: checks that it is a ledger, and that the log beside it is its own.
///
/// A ledger that was closed is one file, in SQLite's rollback mode. While it is open, and after a crash, it is in
/// write-ahead mode and its latest commits are in the log (`-wal`). So a file in rollback mode beside a log has
/// replaced another file; and a file that is marked incomplete (see the table `ledger`) and has no log was copied from
/// a ledger in use.
struct LedgerFile {
    /// With pages of 2 KiB a call takes 10 % less time than with SQLite's usual 4 KiB: every job copies the pages that
    /// it changes, to be able to undo them, and a commit writes all changed pages.
    static let pageBytes = 2048

    let path: String
    let access: FileAccess

    private var logPath: String { path + "-wal" }

    /// Opens the ledger.
    ///
    /// - Parameter creating: whether to make one where there is no file.
    /// - Returns: the ledger, and whether all of it was in the main file.
    func open(creating: Bool) throws(LedgerError) -> (database: Database, isComplete: Bool) {
        guard Database.isVersionSupported else {
            throw LedgerError(
                .unsupported,
                "Faregate needs SQLite \(Database.oldestVersion) or later, and this process has \(Database.sqliteVersion)"
            )
        }
        if try !exists() {
            guard creating else {
                throw LedgerError(.missing, "there is no ledger at \(path); to make one: faregate init \(path)")
            }
            try create()
        }
        let isComplete = try check()
        do throws(SQLError) {
            let database = try Database(path: path, access)
            if database.isReadOnly { throw SQLError.readOnly }
            try database.configure()
            try database.startLog()
            try database.migrate(by: Schema.migrations)
            return (database, isComplete)
        } catch {
            throw LedgerError(error.isOfSharedMemory ? .noLog("SQLite's code \(error.code)") : error, path: path)
        }
    }

    private func exists() throws(LedgerError) -> Bool {
        try FileManager.default.requireFolder(of: path)
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if isFolder.boolValue { throw LedgerError(.notALedger, "\(path) is a folder; name a file in it") }
        if !exists, FileManager.default.fileExists(atPath: logPath) {
            throw LedgerError(
                .logMissing,
                "\(path) is missing, but its log \(logPath) exists; restore a backup: faregate restore BACKUP"
            )
        }
        return exists
    }

    /// Creates a ledger under a temporary name and renames it when it is complete, so that a crash leaves no partial
    /// file.
    private func create() throws(LedgerError) {
        let place = try NewFile(path)
        do throws(LedgerError) {
            try place.fill { () throws(LedgerError) in
                try explaining(errorsOf: path) { () throws(SQLError) in
                    let database = try Database(path: place.unfinished, access)
                    try database.execute(
                        script: "PRAGMA page_size = \(LedgerFile.pageBytes); PRAGMA synchronous = EXTRA;"
                    )
                    try database.migrate(by: Schema.migrations)
                }
            }
        } catch {
            // Another process was faster.
            guard error.code == .forbidden else { throw error }
        }
    }

    /// Refuses a file that is not a complete ledger, and leaves it untouched.
    ///
    /// - Returns: whether all of the ledger is in the main file.
    @discardableResult
    func check() throws(LedgerError) -> Bool {
        try undoHalfSwitch()
        let log = FileIdentity(path: logPath)
        let (header, isComplete, moved) = try explaining(errorsOf: path) { () throws(SQLError) in
            let main = try Database.lookingAt(mainFile: path, access)
            let header = FileHeader(try main.firstBytes(FileHeader.size))
            let isComplete = (try? main.integer("SELECT is_complete FROM ledger")) == 1
            return (header, isComplete, try? MovedLedger(in: main))
        }
        try requireLedger(header)
        if let moved { throw moved.error(at: path) }
        // If the log has changed since, another process is opening or closing the ledger: skip these checks.
        guard log == FileIdentity(path: logPath) else { return isComplete }
        if header.usesLog, log == nil, !isComplete {
            throw LedgerError(
                .logMissing,
                """
                \(path) was copied while it was in use, without its log (\(logPath)), which has the latest calls; \
                restore a backup (faregate restore BACKUP), and make copies with faregate backup
                """
            )
        }
        if !header.usesLog, log != nil, (try? FileManager.default.size(of: logPath)) ?? 0 > 0 {
            throw LedgerError(
                .foreignLog,
                """
                \(path) has replaced another file, whose log \(logPath) is still there, and the two don't belong \
                together. To use \(path) as it is, move it elsewhere and put it back with faregate restore
                """
            )
        }
        return isComplete
    }

    /// Refuses any file other than a ledger that this version can read.
    private func requireLedger(_ header: FileHeader) throws(LedgerError) {
        if header.isEmpty {
            throw LedgerError(.notALedger, "\(path) is empty; restore a backup, or delete it and make a new ledger")
        }
        guard header.isSQLite else {
            throw LedgerError(
                .notALedger, "\(path) is not a SQLite database, so it can't be a ledger; name another file"
            )
        }
        if header.applicationID == Schema.unfinishedCopy.applicationID {
            throw LedgerError(
                .notALedger,
                "\(path) is an unfinished copy of a ledger; run the same faregate copy again to finish it, or delete it"
            )
        }
        guard header.applicationID == Schema.migrations.applicationID else {
            throw LedgerError(.notALedger, "\(path) is a SQLite database, but not a Faregate ledger; name another file")
        }
        if header.schemaVersion > Schema.migrations.version {
            throw LedgerError(.newerSchema, "\(path) was made by a newer Faregate; update this one")
        }
        if header.schemaVersion < Schema.migrations.firstVersion {
            throw LedgerError(
                .olderSchema,
                "\(path) was made by a Faregate from before the first release, and can't be read; name another file"
            )
        }
    }

    /// A crash during a switch between the modes leaves a rollback journal beside the file, with which SQLite repairs
    /// the file when it reads it.
    private func undoHalfSwitch() throws(LedgerError) {
        guard FileManager.default.fileExists(atPath: path + "-journal") else { return }
        _ = try explaining(errorsOf: path) { () throws(SQLError) in
            try Database(path: path, access).integer("SELECT count(*) FROM sqlite_schema")
        }
    }
}

extension FileManager {
    func size(of path: String) throws -> Int64 {
        (try attributesOfItem(atPath: path)[.size] as? NSNumber)?.int64Value ?? 0
    }

    func requireFolder(of path: String) throws(LedgerError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw LedgerError(.folderMissing, "there is no folder \(folder) to hold \(path); make it first")
        }
    }
}

extension Database {
    /// Switches to a write-ahead log.
    /// [WAL](https://www.sqlite.org/wal.html)
    fileprivate func startLog() throws(SQLError) {
        var mode = ""
        // When several processes switch a file at the same time, one of them does it, and the others find it done.
        try lockWait.insist { () throws(SQLError) in
            mode = try first("PRAGMA journal_mode = WAL") { $0.text(0) } ?? ""
        }
        guard mode == "wal" else { throw .noLog("the journal mode stays \(mode)") }
    }

    /// Copies the log into the file and switches back to the rollback mode, unless another connection has the file
    /// open.
    ///
    /// - Returns: false where another connection has it open.
    func endLog() throws(SQLError) -> Bool {
        do throws(SQLError) {
            guard try cutLog() else { return false }
            return try first("PRAGMA journal_mode = DELETE") { $0.text(0) } == "delete"
        } catch {
            guard error.isBusy else { throw error }
            return false
        }
    }

    /// - `EXTRA`: a commit returns when it is on the disk. It also syncs the folder after a rollback journal was
    ///   deleted: a journal that reappeared after a power cut would undo later writes.
    ///   [synchronous](https://www.sqlite.org/pragma.html#pragma_synchronous)
    /// - `fullfsync`: on macOS, a sync waits for the drive's own cache too.
    /// - `cache_spill`: a transaction stays in memory until it is committed. Otherwise, if a transaction spills to the
    ///   disk and then undoes a savepoint, some versions of SQLite (such as 3.40) write a log that can't be read after
    ///   a crash.
    /// - `temp_store`: otherwise each statement that may abort allocates 64 KiB for its journal.
    /// - `secure_delete`: deleted content is overwritten only inside of `SQLConnection.erasing`.
    func configure() throws(SQLError) {
        try execute(
            script: """
                PRAGMA synchronous = EXTRA;
                PRAGMA fullfsync = ON;
                PRAGMA checkpoint_fullfsync = ON;
                PRAGMA foreign_keys = ON;
                PRAGMA cache_size = -32768;
                PRAGMA cache_spill = OFF;
                PRAGMA temp_store = MEMORY;
                PRAGMA secure_delete = OFF;
                PRAGMA journal_size_limit = \(Checkpoints.keptLogBytes);
                """
        )
    }

    /// A further connection to an open ledger, for reading.
    static func openReader(path: String, _ access: FileAccess = FileAccess()) throws(SQLError) -> Database {
        let database = try Database(path: path, access)
        try database.execute(script: "PRAGMA query_only = ON;")
        return database
    }
}
