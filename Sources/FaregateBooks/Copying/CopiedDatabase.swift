package import Faregate

/// One of the two databases of a copy. One thread uses it.
package protocol CopiedDatabase: AnyObject {
    var connection: any SQLConnection { get }
    /// The path of the file, or the address without its password.
    var place: String { get }
    /// Runs several reads on one snapshot.
    func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value
    /// The columns that are not generated.
    func columns(of table: String) throws(SQLError) -> [CopiedColumn]
    func audit(_ progress: (Ledger.AuditProgress) -> Void) throws(LedgerError) -> Ledger.AuditReport
}

/// The ledger that is copied. Nothing else can write to it until it is released.
package protocol CopySource: CopiedDatabase {
    /// Commits the changes made through the connection, and ends the lock.
    func commit() throws(SQLError)
    /// Ends the lock. What wasn't committed is rolled back.
    func release()
}

/// The database that a ledger is copied into.
package protocol CopyTarget: CopiedDatabase {
    func content() throws(LedgerError) -> CopyTargetContent
    /// Makes the ledger's tables, empty, in one transaction with the mark of an unfinished copy. An unfinished copy is
    /// replaced.
    func begin(_ origin: CopyOrigin) throws(LedgerError)
    func transaction(_ body: () throws(SQLError) -> Void) throws(SQLError)
    func insert(_ rows: [[SQLParameter]], into table: CopiedRows) throws(SQLError)
    /// Prepares the full tables: new rows are numbered after the copied ones.
    func complete() throws(SQLError)
    /// Removes the mark of an unfinished copy: from now on the ledger can be opened.
    func finish() throws(SQLError)
}

package enum CopyTargetContent: Sendable {
    case nothing
    /// - latestEntry: the source's latest journal line when the copy began.
    case unfinished(identity: Int64, latestEntry: Int64)
    case ledger(identity: Int64)
}

extension CopiedDatabase {
    func perform<Value>(_ work: (any SQLConnection) throws(SQLError) -> Value) throws(LedgerError) -> Value {
        let connection = connection
        do throws(SQLError) { return try work(connection) } catch { throw connection.ledgerError(for: error) }
    }

    func read<Value>(_ work: (any SQLConnection) throws(SQLError) -> Value) throws(LedgerError) -> Value {
        try perform { connection throws(SQLError) in
            try snapshot { () throws(SQLError) in try work(connection) }
        }
    }
}

/// What the row of the table `ledger` says of the ledger that is copied. The copy has the same identity, so that a
/// ledger that was copied back still has its archive.
package struct CopyOrigin: Sendable {
    package let identity: Int64
    package let latestEntry: Int64
    private let generation: Int64
    private let archivedBefore: Int64

    var hasArchive: Bool { archivedBefore > 0 }

    init(_ database: any SQLConnection) throws(SQLError) {
        let row = try database.first("SELECT identity, generation, archived_before FROM ledger") {
            ($0.integer(0), $0.integer(1), $0.integer(2))
        }
        guard let row else { throw .damaged("the table ledger is empty") }
        (identity, generation, archivedBefore) = row
        latestEntry = try database.integer("SELECT coalesce(max(id), 0) FROM journal") ?? 0
    }

    /// Marks a new ledger as an unfinished copy.
    package func mark(_ database: any SQLConnection) throws(SQLError) {
        try database.run("CREATE TABLE copying (latest_entry bigint NOT NULL)")
        try database.run("INSERT INTO copying (latest_entry) VALUES (?1)", latestEntry)
        try database.run(
            "UPDATE ledger SET identity = ?1, generation = ?2, archived_before = ?3", identity, generation,
            archivedBefore
        )
    }
}
