import CSQLite
import Foundation

/// One connection to the database file, with its prepared statements. One thread at a time may use it.
final class Connection {
    let path: String
    private let handle: OpaquePointer
    let lockWait: LockWait
    private var statements: [OpaquePointer?] = Array(repeating: nil, count: SQL.allCases.count)
    private var programs: [ChargeShape: OpaquePointer] = [:]
    /// The numbers of names that have come by.
    var names = Names()
    /// The terms of charges that have come by, and those of the latest.
    var knownTerms: [ObjectIdentifier: NumberedTerms] = [:]
    var latestTerms: NumberedTerms?
    /// What this process holds charges as, once it does.
    var holder = Holder()
    /// Whether the transaction holds anything that is to stay: a name or an account that a refused charge left behind
    /// does, since what was numbered is remembered.
    var hasWritten = false
    /// Whether every job has a way back of its own: see ``hot(_:)``.
    var isCareful = false
    /// Whether something was done by half in this transaction, which must not be committed.
    var isHalfDone = false
    /// Why SQLite undid the transaction by itself, once it has.
    var undoing: SQLiteError?
    /// Whether a commit returns when it is on the disk: `synchronous = FULL`.
    private var syncsCommits = true
    /// How the log is written to where its writes are gathered.
    private var ownLogMethods: GatheredWrites.Methods?
    /// The latest numbers there are, known while a transaction lasts, since nobody else can add any meanwhile; nil where
    /// a statement may have added some.
    var latest: LatestNumbers?

    /// Opens a file that exists already.
    init(path: String, _ access: FileAccess) throws(SQLiteError) {
        self.path = path
        _ = Connection.withoutMemoryStatistics
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let result = sqlite3_open_v2(path, &handle, flags, access.vfs)
        guard result == SQLITE_OK, let handle else {
            defer { sqlite3_close_v2(handle) }
            throw SQLiteError(code: result, message: String(cString: sqlite3_errstr(result)), sql: nil)
        }
        self.handle = handle
        lockWait = LockWait(timeoutMilliseconds: access.busyTimeoutMilliseconds)
        lockWait.install(on: handle)
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        for statement in programs.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// A tenth of what a charge costs goes into them. Does nothing where somebody else has used SQLite before: it can
    /// be set only then, once for the process.
    private static let withoutMemoryStatistics = faregate_disable_memory_statistics()

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }
    var lastInsertedID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Runs a script of statements without parameters: pragmas and migrations.
    func execute(script: String) throws(SQLiteError) {
        let result = sqlite3_exec(handle, script, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result, sql: nil) }
    }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: how many rows it changed itself, those changed by triggers not counted.
    @discardableResult
    func run<each Value: SQLValue>(_ sql: SQL, _ values: repeat each Value) throws(SQLiteError) -> Int {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        bind(to: statement, repeat each values)
        let result = sqlite3_step(statement)
        guard result == SQLITE_DONE || result == SQLITE_ROW else { throw error(result, sql: sql.text) }
        let changed = Int(sqlite3_changes(handle))
        // A statement that can't write leaves the number of the one before.
        if changed > 0, sqlite3_stmt_readonly(statement) == 0 { noteWriting() }
        return changed
    }

    private func noteWriting() {
        hasWritten = true
        latest = nil
    }

    /// Each row of a query, one after the other, until the body returns false.
    func forEach<each Value: SQLValue>(
        _ sql: SQL,
        _ values: repeat each Value,
        body: (Row) throws(SQLiteError) -> Bool
    ) throws(SQLiteError) {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        bind(to: statement, repeat each values)
        // It may write and return what it wrote.
        if sqlite3_stmt_readonly(statement) == 0 { noteWriting() }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: if !(try body(Row(statement: statement))) { return }
            case SQLITE_DONE: return
            case let result: throw error(result, sql: sql.text)
            }
        }
    }

    /// The rows of a query, each turned into a value.
    func rows<Element, each Value: SQLValue>(
        _ sql: SQL,
        _ values: repeat each Value,
        read: (Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> [Element] {
        var elements: [Element] = []
        try forEach(sql, repeat each values) { row throws(SQLiteError) in
            elements.append(try read(row))
            return true
        }
        return elements
    }

    /// The first row of a query, if there is one.
    func first<Element, each Value: SQLValue>(
        _ sql: SQL,
        _ values: repeat each Value,
        read: (Row) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> Element? {
        var element: Element?
        try forEach(sql, repeat each values) { row throws(SQLiteError) in
            element = try read(row)
            return false
        }
        return element
    }

    /// The result of a statement that is run once, such as a pragma.
    func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let prepared = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard prepared == SQLITE_OK else { throw error(prepared, sql: sql) }
        let result = sqlite3_step(statement)
        guard result == SQLITE_ROW || result == SQLITE_DONE else { throw error(result, sql: sql) }
        return result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : nil
    }

    /// Each row of a query that is run once and takes no parameters.
    func forEach(_ sql: String, _ body: (Row) throws(SQLiteError) -> Void) throws(SQLiteError) {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let prepared = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard prepared == SQLITE_OK, let statement else { throw error(prepared, sql: sql) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(Row(statement: statement))
            case SQLITE_DONE: return
            case let result: throw error(result, sql: sql)
            }
        }
    }

    /// Runs the charge of that shape: makes its view and trigger where this is the first of them.
    ///
    /// - Parameters:
    ///   - shape: tells the statement.
    ///   - bind: gives the statement its parameters.
    func charge(_ shape: ChargeShape, bind: (OpaquePointer) -> Void) throws(SQLiteError) {
        let statement = try prepared(shape)
        defer { sqlite3_reset(statement) }
        bind(statement)
        let result = sqlite3_step(statement)
        guard result == SQLITE_DONE else { throw error(result, sql: nil) }
    }

    private func prepared(_ shape: ChargeShape) throws(SQLiteError) -> OpaquePointer {
        if let statement = programs[shape] { return statement }
        let program = ChargeProgram(shape: shape)
        // Made within a transaction: rolled back, they would be gone.
        try execute(script: program.definition)
        hasWritten = true
        let statement = try prepare(program.statement)
        programs[shape] = statement
        return statement
    }

    /// Views and triggers that a rolled back transaction made are gone, so all are made anew.
    func forgetPrograms() {
        for statement in programs.values { sqlite3_finalize(statement) }
        programs.removeAll()
    }

    private func prepare(_ sql: String) throws(SQLiteError) -> OpaquePointer {
        var statement: OpaquePointer?
        let result = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard result == SQLITE_OK, let statement else { throw error(result, sql: sql) }
        return statement
    }

    private func prepared(_ sql: SQL) throws(SQLiteError) -> OpaquePointer {
        if let statement = statements[sql.rawValue] { return statement }
        let statement = try prepare(sql.text)
        statements[sql.rawValue] = statement
        return statement
    }

    private func bind<each Value: SQLValue>(to statement: OpaquePointer, _ values: repeat each Value) {
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            let result = value.bind(to: statement, at: index)
            assert(result == SQLITE_OK, "parameter \(index) does not fit the statement")
        }
    }

    private func error(_ code: Int32, sql: String?) -> SQLiteError {
        let isNoRoom = code & 0xFF == SQLITE_IOERR && Connection.noRoom.contains(systemError)
        return SQLiteError(
            code: isNoRoom ? SQLITE_FULL : code,
            message: String(cString: sqlite3_errmsg(handle)),
            sql: sql
        )
    }

    /// What the system said to the last write of the log that failed: SQLite itself forgets it when a commit fails.
    /// [SQLITE_FCNTL_LAST_ERRNO](https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntllasterrno)
    private var systemError: Int32 {
        var number: Int32 = 0
        let log = log
        _ = log.methods?.pointee.xFileControl(log.file, SQLITE_FCNTL_LAST_ERRNO, &number)
        return number
    }

    /// The file that commits go to first. It stays open as long as the connection.
    var log: Log {
        var file: UnsafeMutablePointer<sqlite3_file>?
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
        return Log(file: file, methods: ownLogMethods ?? file?.pointee.pMethods, path: path)
    }

    /// From now on the pages of a commit go to the log in one write: see ``GatheredWrites``.
    func gatherLogWrites() {
        guard ownLogMethods == nil, let file = log.file else { return }
        ownLogMethods = GatheredWrites.gather(in: file)
    }

    /// Between transactions: whether the next commits return when they are on the disk, or when they are in the log,
    /// which the caller then brings there.
    func setSyncsCommits(_ syncs: Bool) throws(SQLiteError) {
        guard syncs != syncsCommits else { return }
        try execute(script: "PRAGMA synchronous = \(syncs ? "FULL" : "NORMAL")")
        syncsCommits = syncs
    }

    /// Between transactions: everything that is in the log goes into the file.
    func emptyLog() throws(SQLiteError) {
        try setSyncsCommits(true)
        let isBlocked = try integer("PRAGMA wal_checkpoint(TRUNCATE)")
        guard isBlocked == 0 else { throw SQLiteError(code: SQLITE_BUSY, message: "the log is in use", sql: nil) }
    }

    /// A used up quota and a limit of the process are a full disk too; SQLite only knows the first of these.
    private static let noRoom = [ENOSPC, EDQUOT, EFBIG]

    /// Begins to copy another connection's file into this one's.
    func beginBackup(of source: Connection) throws(SQLiteError) -> OpaquePointer {
        guard let backup = sqlite3_backup_init(handle, "main", source.handle, "main") else {
            throw error(sqlite3_errcode(handle), sql: nil)
        }
        return backup
    }

    /// Shows every statement as it starts; the ones that triggers run come as comments (`-- …`).
    /// [sqlite3_trace_v2](https://www.sqlite.org/c3ref/trace_v2.html)
    func trace(_ tracer: StatementTracer) {
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

/// Receives the statements of a traced connection, which it has to outlive.
final class StatementTracer: Sendable {
    let show: @Sendable (String) -> Void

    init(show: @escaping @Sendable (String) -> Void) {
        self.show = show
    }
}
