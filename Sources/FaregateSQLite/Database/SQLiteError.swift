import CSQLite
import Faregate

/// An error of SQLite. It contains neither the SQL nor bound values.
/// [Result codes](https://www.sqlite.org/rescode.html)
struct SQLiteError: Error {
    /// The extended result code.
    let code: Int32
    let message: String

    /// - Parameter message: what happened; by default SQLite's own text for the code.
    init(code: Int32, message: String? = nil) {
        self.code = code
        self.message = message ?? String(cString: sqlite3_errstr(code))
    }

    /// An invariant of the ledger is broken, which is a bug in Faregate. The job is rolled back.
    static func inconsistent(_ message: String) -> SQLiteError {
        SQLiteError(code: SQLITE_INTERNAL, message: message)
    }

    /// The file has a value that no statement of Faregate could have written.
    static func damaged(_ message: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CORRUPT, message: message)
    }

    /// The same error that a trigger of the schema raises.
    static func raising(_ message: String) -> SQLiteError {
        SQLiteError(code: constraintTrigger, message: "faregate:\(message)")
    }

    static let readOnly = SQLiteError(code: SQLITE_READONLY)

    /// The file system lacks the shared memory that a write-ahead log needs.
    static func noLog(_ message: String) -> SQLiteError {
        SQLiteError(code: SQLITE_NOLFS, message: message)
    }

    /// `SQLITE_CONSTRAINT_TRIGGER` is a macro that Swift doesn't import.
    private static let constraintTrigger = SQLITE_CONSTRAINT | (7 << 8)

    /// Whether the `-shm` file can't be opened or mapped into memory: SQLITE_IOERR_SHMOPEN and
    /// SQLITE_IOERR_SHMMAP, macros that Swift doesn't import.
    var isOfSharedMemory: Bool { code == SQLITE_IOERR | 18 << 8 || code == SQLITE_IOERR | 21 << 8 }

    /// The primary result code.
    var primaryCode: Int32 { code & 0xFF }

    /// Whether another connection has the lock.
    var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// Whether a constraint or trigger of the schema forbade it.
    var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    /// The reason that a trigger gave with RAISE, without Faregate's prefix.
    var raised: Substring? {
        guard code == SQLiteError.constraintTrigger, message.hasPrefix("faregate:") else { return nil }
        return message.dropFirst("faregate:".count)
    }
}

extension LedgerError {
    /// The error in words, for the people who run the ledger.
    init(_ error: SQLiteError, path: String) {
        self = LedgerError(ofDisk: error, path) ?? LedgerError(ofContent: error, path)
    }

    /// Nil if neither the disk nor another process is the cause.
    private init?(ofDisk error: SQLiteError, _ path: String) {
        switch error.primaryCode {
        case SQLITE_READONLY:
            self.init(
                .readOnly, "\(path) can't be written; check who owns the file and its folder, and their permissions"
            )
        case SQLITE_CANTOPEN:
            self.init(.readOnly, "\(path) can't be opened or created; check the permissions of the file and its folder")
        case SQLITE_FULL:
            self.init(.full, "the disk that holds \(path) is full; free some space. No acknowledged write is lost")
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(.busy, "another process kept \(path) locked for too long; try again, or stop that process")
        case SQLITE_IOERR:
            self.init(
                .failed,
                "the disk that holds \(path) reported an error (SQLite's code \(error.code)); check the disk and the system's log"
            )
        case SQLITE_NOLFS:
            self.init(
                .readOnly,
                """
                \(path) can't have a write-ahead log, since its file system offers no shared memory \
                (\(error.message)); put it on a local disk
                """
            )
        default: return nil
        }
    }

    private init(ofContent error: SQLiteError, _ path: String) {
        switch error.primaryCode {
        case SQLITE_NOTADB:
            self.init(
                .notALedger, "\(path) is not a SQLite database, so it can't be a Faregate ledger; name another file"
            )
        case SQLITE_CORRUPT:
            self.init(.damaged, "\(path) is damaged (\(error.message)); stop the service and restore it from a backup")
        case SQLITE_INTERNAL:
            self.init(
                .failed,
                "\(path) is inconsistent: \(error.message); nothing was written. Check the file with PRAGMA integrity_check"
            )
        case SQLITE_CONSTRAINT where error.raised == "newer":
            self.init(
                .newerSchema,
                "a newer Faregate migrated \(path) while this one had it open, so this one stopped writing; update this one"
            )
        case SQLITE_CONSTRAINT:
            self.init(.forbidden, "\(path): \(error.raised.map(String.init) ?? error.message)")
        default:
            self.init(.failed, "\(path): SQLite says \"\(error.message)\" (code \(error.code))")
        }
    }
}

/// Runs work on a file, and turns errors of SQLite into errors for the people who run the ledger.
func explaining<Value>(
    errorsOf path: String, _ work: () throws(SQLiteError) -> Value
) throws(LedgerError) -> Value {
    do throws(SQLiteError) { return try work() } catch { throw LedgerError(error, path: path) }
}
