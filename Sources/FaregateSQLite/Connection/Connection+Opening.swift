import CSQLite
import Faregate
import Foundation

extension Connection {
    /// Opens the ledger in that file, and makes it where there is none, readable for its owner only.
    static func openLedger(path: String, _ access: FileAccess) throws(LedgerError) -> Connection {
        try create(path: path)
        do throws(SQLiteError) {
            let connection = try Connection(path: path, access)
            try connection.refuseForeign()
            try connection.configure()
            try connection.migrate()
            connection.gatherLogWrites()
            return connection
        } catch let error where error.raised == "foreign" {
            throw LedgerError(.notALedger, "\(path) is a SQLite database, but not a Faregate ledger; name another file")
        } catch let error where error.raised == "newer" {
            throw LedgerError(.newerSchema, "\(path) was made by a newer Faregate; update this one")
        } catch let error where error.raised == "older" {
            throw LedgerError(
                .olderSchema,
                "\(path) was made by a Faregate from before the first release, which can't be read any more; name another file"
            )
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// Another connection to a ledger that is open, for reading.
    static func openReader(path: String, _ access: FileAccess) throws(LedgerError) -> Connection {
        do throws(SQLiteError) {
            let connection = try Connection(path: path, access)
            try connection.execute(script: "PRAGMA query_only = ON;")
            return connection
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    private static func create(path: String) throws(LedgerError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw LedgerError(.folderMissing, "there is no folder \(folder) to hold \(path); make it first")
        }
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw LedgerError(.notALedger, "\(path) is a folder; name a file in it")
        }
        // SQLite gives its journal files the permissions of the database file.
        let file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if file >= 0 {
            close(file)
        } else if errno != EEXIST {
            throw LedgerError(.readOnly, "\(path) can't be made: \(String(cString: strerror(errno)))")
        }
    }

    private func refuseForeign() throws(SQLiteError) {
        // In this order: a ledger that another process makes in between is empty first, or marked already.
        let isEmpty = try integer("SELECT count(*) FROM sqlite_schema") == 0
        let application = try integer("PRAGMA application_id") ?? 0
        if application != Schema.applicationID && !(isEmpty && application == 0) { throw .raising("foreign") }
        let version = try integer("PRAGMA user_version") ?? 0
        if version > Schema.version { throw .raising("newer") }
        if version > 0, version < Schema.firstVersion { throw .raising("older") }
        if isReadOnly { throw SQLiteError(code: SQLITE_READONLY, message: "read-only", sql: nil) }
    }

    /// `FULL` makes every commit reach the disk before it is answered. Without `temp_store = MEMORY` every statement
    /// that may abort allocates 64 KiB for its journal, which costs a third of the throughput.
    /// A transaction stays in memory until it is committed: when one that is larger than the cache has undone a step,
    /// SQLite (3.40, for one) writes a log that a crash leaves unreadable.
    /// What was deleted is not overwritten but where somebody asked for it to be forgotten: see `erasing`.
    /// A log of up to 32 MB lets a page that many accounts share be written back once for many charges.
    /// [synchronous](https://www.sqlite.org/pragma.html#pragma_synchronous), [WAL](https://www.sqlite.org/wal.html)
    private func configure() throws(SQLiteError) {
        // Of many who switch a new file over at the same moment, one does.
        try lockWait.insist { () throws(SQLiteError) in try execute(script: "PRAGMA journal_mode = WAL;") }
        try execute(
            script: """
                PRAGMA synchronous = FULL;
                PRAGMA foreign_keys = ON;
                PRAGMA cache_size = -32768;
                PRAGMA cache_spill = OFF;
                PRAGMA wal_autocheckpoint = 8000;
                PRAGMA temp_store = MEMORY;
                PRAGMA secure_delete = OFF;
                """
        )
    }

    private func migrate() throws(SQLiteError) {
        guard try integer("PRAGMA user_version") ?? 0 < Schema.version else { return }
        try run(.begin)
        do throws(SQLiteError) {
            // Another process may have been faster: look again now that nobody else can write.
            let version = try integer("PRAGMA user_version") ?? 0
            let known = max(0, version - Schema.firstVersion + 1)
            for migration in Schema.migrations.dropFirst(Int(known)) { try execute(script: migration) }
            try execute(
                script: "PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = \(Schema.version);"
            )
            try run(.commit)
        } catch {
            if isInTransaction { _ = try? run(.rollback) }
            throw error
        }
    }
}
