import CSQLite
import Faregate
import FaregateBooks

/// Errors by SQLite's result codes. [Result codes](https://www.sqlite.org/rescode.html)
extension SQLError {
    /// - Parameters:
    ///   - code: the extended result code.
    ///   - message: what happened; by default SQLite's own text for the code. A trigger of the schema gives a reason
    ///     with Faregate's prefix.
    init(code: Int32, message: String? = nil) {
        let message = message ?? String(cString: sqlite3_errstr(code))
        if code == SQLError.constraintTrigger, message.hasPrefix(SQLError.prefix) {
            self = .raising(String(message.dropFirst(SQLError.prefix.count)))
        } else {
            self.init(.database(code), message)
        }
    }

    private static let prefix = "faregate:"

    static let readOnly = SQLError(code: SQLITE_READONLY)

    /// The file system lacks the shared memory that a write-ahead log needs.
    static func noLog(_ message: String) -> SQLError { SQLError(code: SQLITE_NOLFS, message: message) }

    /// `SQLITE_CONSTRAINT_TRIGGER` is a macro that Swift doesn't import.
    private static let constraintTrigger = SQLITE_CONSTRAINT | (7 << 8)

    /// The extended result code.
    var code: Int32 {
        switch kind {
        case .rule: SQLError.constraintTrigger
        case .inconsistent: SQLITE_INTERNAL
        case .damaged: SQLITE_CORRUPT
        case .explained: SQLITE_ERROR
        case .database(let code): code
        }
    }

    /// Whether the `-shm` file can't be opened or mapped into memory: SQLITE_IOERR_SHMOPEN and
    /// SQLITE_IOERR_SHMMAP, macros that Swift doesn't import.
    var isOfSharedMemory: Bool { code == SQLITE_IOERR | 18 << 8 || code == SQLITE_IOERR | 21 << 8 }

    /// The primary result code.
    var primaryCode: Int32 { code & 0xFF }

    /// Whether another connection has the lock.
    var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// Whether a constraint or trigger of the schema forbade it.
    var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }
}

extension LedgerError {
    /// The error in words, for the people who run the ledger.
    init(_ error: SQLError, path: String) {
        if case .explained(let code) = error.kind {
            self.init(code, error.message)
            return
        }
        self = LedgerError(ofDisk: error, path) ?? LedgerError(ofContent: error, path)
    }

    /// Nil if neither the disk nor another process is the cause.
    private init?(ofDisk error: SQLError, _ path: String) {
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

    private init(ofContent error: SQLError, _ path: String) {
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
                "\(path) does not add up: \(error.message); nothing was written. Run faregate audit"
            )
        case SQLITE_CONSTRAINT where error.raised == "newer":
            self.init(
                .newerSchema,
                "a newer Faregate migrated \(path) while this one had it open, so this one stopped writing; update this one"
            )
        case SQLITE_CONSTRAINT:
            self.init(.forbidden, "\(path): \(error.raised ?? error.message)")
        default:
            self.init(.failed, "\(path): SQLite says \"\(error.message)\" (code \(error.code))")
        }
    }
}

/// Runs work on a file, and turns errors of SQLite into errors for the people who run the ledger.
func explaining<Value>(
    errorsOf path: String, _ work: () throws(SQLError) -> Value
) throws(LedgerError) -> Value {
    do throws(SQLError) { return try work() } catch { throw LedgerError(error, path: path) }
}
