#if Postgres
import CLibPQ
import Faregate
import FaregateBooks

/// A connection to a PostgreSQL database, with its prepared statements. It runs SQL and locks rows, and knows nothing
/// about credits.
///
/// Calls block, so it belongs to a thread of its own. One thread at a time may use it.
/// [libpq](https://www.postgresql.org/docs/current/libpq.html)
final class PostgresConnection: SQLConnection {
    let settings: PostgresSettings
    private let handle: OpaquePointer
    /// Whether `synchronous_commit` is on, as set for this role and database: a commit is answered when it is on the
    /// disk.
    private(set) var commitsToDisk = true
    /// The names of prepared statements, by text and parameter types.
    private var prepared: [PreparedText: String] = [:]
    /// Statements in PostgreSQL's form, by their shared text.
    private var translations: [String: String] = [:]

    private struct PreparedText: Hashable {
        let sql: String
        let types: [Oid]
    }

    /// A limit on the memory of the server and of this process: beyond it, all prepared statements are dropped.
    private static let maximumPrepared = 500

    /// Connects. Blocks for at most ``PostgresSettings/connectSeconds`` for each address of the host.
    init(_ settings: PostgresSettings) throws(SQLError) {
        self.settings = settings
        guard let handle = settings.connect() else { throw SQLError(state: "53200", "out of memory") }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK else {
            throw SQLError(state: "08001", String(cString: PQerrorMessage(handle)))
        }
        // Ignores notices, such as "relation exists, skipping": nobody needs them.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        commitsToDisk = try value("SHOW synchronous_commit") != "off"
    }

    deinit { PQfinish(handle) }

    var cacheSize: Int? { settings.cacheSize }

    func lock(_ row: LockedRow) throws(SQLError) -> Bool { try lock(row, "") }

    func lockWithoutWaiting(_ row: LockedRow) throws(SQLError) -> Bool { try lock(row, " SKIP LOCKED") }

    private func lock(_ row: LockedRow, _ waiting: String) throws(SQLError) -> Bool {
        switch row {
        case .account(let account):
            try integer("SELECT id FROM accounts WHERE id = ?1 FOR NO KEY UPDATE\(waiting)", account) != nil
        case .accountOfCharge(let charge):
            try integer(
                """
                SELECT id FROM accounts WHERE id = (SELECT account_id FROM charges WHERE id = ?1)
                FOR NO KEY UPDATE\(waiting)
                """,
                charge.rawValue
            ) != nil
        case .counter(let counter):
            try integer(
                """
                SELECT used FROM counters WHERE account_id = ?1 AND member_id = ?2 AND limit_id = ?3
                FOR UPDATE\(waiting)
                """,
                counter.account, counter.member, counter.limit
            ) != nil
        }
    }

    /// Overwrites nothing: PostgreSQL keeps old rows until its vacuum releases their space.
    func erasing<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value { try body() }

    /// Whether the connection worked at the latest statement: libpq notices a lost connection only at the next one.
    var isAlive: Bool { PQstatus(handle) == CONNECTION_OK }

    var isInTransaction: Bool {
        let status = PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// The server's version, as in `150020` for 15.20.
    var serverVersion: Int { Int(PQserverVersion(handle)) }

    /// The encoding of the database, as in `UTF8`.
    var encoding: String { PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? "" }

    func ledgerError(for error: SQLError) -> LedgerError {
        LedgerError(error, at: settings.place, schema: settings.schema)
    }

    /// Runs statements without parameters, in one round trip.
    func execute(script: String) throws(SQLError) { PQclear(try checked(PQexec(handle, script))) }

    /// Runs statements without parameters, in one round trip, and reads the rows of the last one.
    func forEach(script: String, _ body: (any SQLRow) throws(SQLError) -> Void) throws(SQLError) {
        let result = try checked(PQexec(handle, script))
        defer { PQclear(result) }
        for row in 0..<PQntuples(result) { try body(PostgresRow(result: result, row: row)) }
    }

    /// A text as a literal of a statement, quotes included, for statements without parameters.
    /// [PQescapeLiteral](https://www.postgresql.org/docs/current/libpq-exec.html#LIBPQ-PQESCAPELITERAL)
    func literal(_ text: String) throws(SQLError) -> String {
        guard let quoted = PQescapeLiteral(handle, text, text.utf8.count) else {
            throw SQLError(state: "22021", String(cString: PQerrorMessage(handle)))
        }
        defer { PQfreemem(quoted) }
        return String(cString: quoted)
    }

    /// - Returns: the command tag of the server's answer, such as `COMMIT`.
    func command(_ text: String) throws(SQLError) -> String {
        let result = try checked(PQexec(handle, text))
        defer { PQclear(result) }
        return String(cString: PQcmdStatus(result))
    }

    /// The only value of a statement without parameters.
    private func value(_ text: String) throws(SQLError) -> String {
        let result = try checked(PQexec(handle, text))
        defer { PQclear(result) }
        return String(cString: PQgetvalue(result, 0, 0))
    }

    @discardableResult
    func run(_ sql: String, with parameters: [SQLParameter]) throws(SQLError) -> Int {
        let result = try result(of: sql, parameters)
        defer { PQclear(result) }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    func forEach(
        _ sql: String, with parameters: [SQLParameter], _ body: (any SQLRow) throws(SQLError) -> Bool
    ) throws(SQLError) {
        let result = try result(of: sql, parameters)
        defer { PQclear(result) }
        for row in 0..<PQntuples(result) {
            guard try body(PostgresRow(result: result, row: row)) else { return }
        }
    }

    private func result(of sql: String, _ parameters: [SQLParameter]) throws(SQLError) -> OpaquePointer? {
        let text = translated(sql)
        let types = parameters.map(\.type)
        let bound = BoundParameters(parameters)
        guard settings.preparesStatements else {
            return try checked(
                PQexecParams(handle, text, bound.count, types, bound.values, bound.lengths, bound.formats, 0)
            )
        }
        let name = try name(of: PreparedText(sql: text, types: types))
        return try checked(
            PQexecPrepared(handle, name, bound.count, bound.values, bound.lengths, bound.formats, 0)
        )
    }

    private func translated(_ sql: String) -> String {
        if let known = translations[sql] { return known }
        let text = PostgresDialect.translate(sql)
        if translations.count >= PostgresConnection.maximumPrepared { translations.removeAll() }
        translations[sql] = text
        return text
    }

    /// Prepares a statement on first use.
    private func name(of text: PreparedText) throws(SQLError) -> String {
        if let known = prepared[text] { return known }
        if prepared.count >= cacheSize ?? PostgresConnection.maximumPrepared {
            try execute(script: "DEALLOCATE ALL")
            prepared.removeAll()
        }
        let name = "faregate_\(prepared.count)"
        PQclear(try checked(PQprepare(handle, name, text.sql, Int32(text.types.count), text.types)))
        prepared[text] = name
        return name
    }

    private func checked(_ result: OpaquePointer?) throws(SQLError) -> OpaquePointer? {
        let status = PQresultStatus(result)
        if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return result }
        defer { PQclear(result) }
        // An error without a code comes from libpq: the connection is lost.
        guard let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
            throw SQLError(state: "08006", String(cString: PQerrorMessage(handle)))
        }
        let message = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
        throw SQLError(state: String(cString: state), message ?? "")
    }
}
#endif
