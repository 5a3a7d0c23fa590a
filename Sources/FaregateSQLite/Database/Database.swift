import CSQLite
import FaregateBooks
import Foundation

/// A handle to a SQLite file, with its prepared statements. It knows SQL and files, and nothing about credits.
///
/// One thread at a time may use it: SQLite's own locks are switched off.
/// [Threading](https://www.sqlite.org/threadsafe.html)
final class Database {
    let path: String
    let lockWait: LockWait
    /// See ``FileAccess/cacheSize``.
    let cacheSize: Int?
    private let handle: OpaquePointer
    /// Prepared statements by their text.
    private var statements: [String: Statement] = [:]
    /// Retained here, since SQLite has a pointer to it.
    private var tracer: StatementTracer?
    /// The pages in the log after the latest commit on this handle.
    private let logPages: UnsafeMutablePointer<Int32>

    /// Opens a file that exists.
    convenience init(path: String, _ access: FileAccess = FileAccess()) throws(SQLError) {
        try self.init(path: path, name: path, flags: SQLITE_OPEN_READWRITE, access)
    }

    /// Opens the main file alone, without its log and without locks, to inspect it.
    /// [immutable](https://www.sqlite.org/uri.html#uriimmutable)
    static func lookingAt(mainFile path: String, _ access: FileAccess) throws(SQLError) -> Database {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
        return try Database(path: path, name: "file:\(escaped)?immutable=1", flags: flags, access)
    }

    private init(path: String, name: String, flags: Int32, _ access: FileAccess) throws(SQLError) {
        self.path = path
        var handle: OpaquePointer?
        let result = sqlite3_open_v2(name, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, access.vfs)
        guard result == SQLITE_OK, let handle else {
            defer { sqlite3_close_v2(handle) }
            throw SQLError(code: result)
        }
        self.handle = handle
        cacheSize = access.cacheSize
        lockWait = LockWait(timeoutMilliseconds: access.busyTimeoutMilliseconds)
        logPages = .allocate(capacity: 1)
        logPages.initialize(to: 0)
        lockWait.install(on: handle)
        // The log stays when the last connection closes: the ledger copies it itself, and checks the result.
        faregate_keep_log_when_closed(handle, 1)
        // With a hook, SQLite runs no checkpoints by itself: the writer runs them, and checks the result.
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            },
            logPages
        )
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
        logPages.deallocate()
    }

    /// The library's version, as in 3.40.1. [sqlite3_libversion](https://www.sqlite.org/c3ref/libversion.html)
    static var sqliteVersion: String { String(cString: sqlite3_libversion()) }
    /// The oldest version that the tests run on; older ones lack `STRICT` tables or have not been tried.
    static let oldestVersion = "3.40.0"
    static var isVersionSupported: Bool { sqlite3_libversion_number() >= 3_040_000 }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }
    var lastInsertedID: Int64 { sqlite3_last_insert_rowid(handle) }
    /// The pages in the log after the latest commit on this handle.
    var pagesInLog: Int { Int(logPages.pointee) }
    /// The rows changed on this handle so far, by triggers too. It shows whether a transaction has written.
    var changeCount: Int64 { sqlite3_total_changes64(handle) }

    /// Up to this many of the first bytes of the main file.
    func firstBytes(_ count: Int) throws(SQLError) -> [UInt8] {
        // SQLite opens the file when it first reads it.
        _ = try? integer("PRAGMA schema_version")
        guard let (file, methods) = opened(SQLITE_FCNTL_FILE_POINTER) else { return [] }
        var size: Int64 = 0
        let sized = methods.pointee.xFileSize(file, &size)
        guard sized == SQLITE_OK else { throw failure(sized) }
        var bytes = [UInt8](repeating: 0, count: min(count, Int(size)))
        guard !bytes.isEmpty else { return [] }
        let result = methods.pointee.xRead(file, &bytes, Int32(bytes.count), 0)
        guard result == SQLITE_OK else { throw failure(result) }
        return bytes
    }

    /// Runs a script of statements without parameters: pragmas and migrations.
    func execute(script: String) throws(SQLError) {
        let result = sqlite3_exec(handle, script, nil, nil, nil)
        guard result == SQLITE_OK else { throw failure(result) }
    }

    /// The statement with this text, prepared on first use.
    func statement(_ sql: String) throws(SQLError) -> Statement {
        if let known = statements[sql] { return known }
        let statement = try prepare(sql)
        if let cacheSize, statements.count >= cacheSize { statements.removeAll() }
        statements[sql] = statement
        return statement
    }

    /// Prepares a statement for the caller to keep.
    func prepare(_ sql: String) throws(SQLError) -> Statement {
        var pointer: OpaquePointer?
        let result = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard result == SQLITE_OK, let pointer else { throw failure(result) }
        return Statement(pointer: pointer)
    }

    /// The error of the latest statement that failed.
    private(set) var latestError = SQLError(code: SQLITE_OK)

    /// The error for a result code, with the operating system's error if it explains more.
    func failure(_ code: Int32) -> SQLError {
        let isNoRoom = Database.writing.contains(code) && Database.noRoom.contains(systemError)
        latestError = SQLError(
            code: isNoRoom ? SQLITE_FULL : code, message: String(cString: sqlite3_errmsg(handle))
        )
        return latestError
    }

    /// A used-up disk quota and a process's file size limit count as a full disk; SQLite recognises only the disk
    /// itself.
    private static let noRoom = [ENOSPC, EDQUOT, EFBIG]

    /// SQLITE_IOERR_WRITE and SQLITE_IOERR_FSYNC, macros that Swift doesn't import. After other errors the system's
    /// number may be that of an earlier write.
    private static let writing = [SQLITE_IOERR | 3 << 8, SQLITE_IOERR | 4 << 8]

    /// The operating system's error number for the latest failed write to the log. SQLite's own result loses
    /// it when a commit fails, so it is read from the log's file.
    /// [SQLITE_FCNTL_LAST_ERRNO](https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntllasterrno)
    private var systemError: Int32 {
        var number: Int32 = 0
        if let (log, methods) = opened(SQLITE_FCNTL_JOURNAL_POINTER) {
            _ = methods.pointee.xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number)
        }
        return number
    }

    /// The main file or its log; nil if SQLite has not opened it.
    private func opened(
        _ pointer: Int32
    ) -> (file: UnsafeMutablePointer<sqlite3_file>, methods: UnsafePointer<sqlite3_io_methods>)? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        sqlite3_file_control(handle, "main", pointer, &file)
        guard let file, let methods = file.pointee.pMethods else { return nil }
        return (file, methods)
    }

    /// Syncs the main file, which SQLite skips after a checkpoint that could not
    /// copy the whole log.
    func syncMainFile() throws(SQLError) { try sync(SQLITE_FCNTL_FILE_POINTER) }

    private func sync(_ pointer: Int32) throws(SQLError) {
        guard let (file, methods) = opened(pointer) else { return }
        let result = methods.pointee.xSync(file, SQLITE_SYNC_NORMAL)
        guard result == SQLITE_OK else { throw failure(result) }
    }

    /// Copies the whole log into the main file, then truncates the log and syncs it. If a power cut undoes the log's
    /// deletion later, the log that reappears is empty.
    ///
    /// - Returns: false if another connection still uses the log.
    func cutLog() throws(SQLError) -> Bool {
        let result = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        if result & 0xFF == SQLITE_BUSY { return false }
        guard result == SQLITE_OK else { throw failure(result) }
        try sync(SQLITE_FCNTL_JOURNAL_POINTER)
        return true
    }

    /// Rewrites and syncs the log. After a crash the log may have a commit whose sync failed: the operating system
    /// still returns it, but it is not on the disk, and after a power cut all commits after it would be lost with it.
    /// Call it only with the write lock held.
    func writeLogAgain() throws(SQLError) {
        guard let (log, methods) = opened(SQLITE_FCNTL_JOURNAL_POINTER) else { return }
        var size: Int64 = 0
        guard methods.pointee.xFileSize(log, &size) == SQLITE_OK, size > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        for offset in stride(from: Int64(0), to: size, by: bytes.count) {
            let count = Int32(min(Int64(bytes.count), size - offset))
            var result = methods.pointee.xRead(log, &bytes, count, offset)
            if result == SQLITE_OK { result = methods.pointee.xWrite(log, bytes, count, offset) }
            guard result == SQLITE_OK else { throw failure(result) }
        }
        try sync(SQLITE_FCNTL_JOURNAL_POINTER)
    }

    /// Copies as much of the log into the main file as readers allow, without waiting for them.
    /// [sqlite3_wal_checkpoint_v2](https://www.sqlite.org/c3ref/wal_checkpoint_v2.html)
    func copyLog() throws(SQLError) -> (pages: Int, copied: Int) {
        var (pages, copied): (Int32, Int32) = (0, 0)
        let result = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &copied)
        guard result == SQLITE_OK else { throw failure(result) }
        return (Int(pages), Int(copied))
    }

    /// Starts to copy another database into this one.
    func beginBackup(of source: Database) throws(SQLError) -> OpaquePointer {
        guard let backup = sqlite3_backup_init(handle, "main", source.handle, "main") else {
            throw failure(sqlite3_errcode(handle))
        }
        return backup
    }

    /// Reports every statement as it starts; statements of triggers are comments (`-- …`).
    /// [sqlite3_trace_v2](https://www.sqlite.org/c3ref/trace_v2.html)
    func trace(_ tracer: StatementTracer) {
        self.tracer = tracer
        sqlite3_trace_v2(
            handle,
            UInt32(SQLITE_TRACE_STMT),
            { _, context, _, text in
                guard let context, let text else { return 0 }
                let tracer = Unmanaged<StatementTracer>.fromOpaque(context).takeUnretainedValue()
                tracer.show(String(cString: text.assumingMemoryBound(to: CChar.self)))
                return 0
            },
            Unmanaged.passUnretained(tracer).toOpaque()
        )
    }
}

/// Receives the statements of a traced database.
final class StatementTracer: Sendable {
    let show: @Sendable (String) -> Void

    init(show: @escaping @Sendable (String) -> Void) {
        self.show = show
    }
}
