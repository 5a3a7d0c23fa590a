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
