#if Postgres
package import Faregate
package import FaregateBooks

/// A ledger in a PostgreSQL database that is copied into a file. No process can write to it until the copy ends.
package final class PostgresCopySource: CopySource {
    private let database: PostgresConnection

    package var connection: any SQLConnection { database }
    package var place: String { database.settings.fullPlace }

    package init(_ address: String) throws(LedgerError) {
        let settings = try PostgresSettings.forCopying(address)
        database = try settings.explaining { () throws(SQLError) in try PostgresConnection(settings) }
        let database = database
        let refusal = try settings.explaining { () throws(SQLError) in
            try PostgresInstaller.run(settings, creating: false)
        }
        if let refusal { throw refusal }
        guard try settings.explaining({ () throws(SQLError) in try database.isAlone() }) else {
            throw LedgerError(
                .busy,
                "\(settings.place) is in use by another process; stop every server that uses the ledger, then copy again"
            )
        }
        try settings.explaining { () throws(SQLError) in
            try database.begin()
            // Every write begins with a row in `batches`, so this lock stops all writes. It also stops a second copy.
            // Reads go on.
            try database.execute(
                script: """
                    SET LOCAL lock_timeout = '10s';
                    LOCK TABLE ledger, batches IN SHARE ROW EXCLUSIVE MODE;
                    """
            )
        }
    }

    /// The whole copy is one transaction.
    package func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try body()
    }

    package func columns(of table: String) throws(SQLError) -> [CopiedColumn] { try database.copiedColumns(of: table) }

    package func audit(
        _ progress: (Ledger.AuditProgress) -> Void
    ) throws(LedgerError) -> Ledger.AuditReport {
        let database = database
        return try database.settings.explaining { () throws(SQLError) in try database.auditInTransaction(progress) }
    }

    package func commit() throws(SQLError) { try database.commit() }

    package func release() { database.rollback() }
}
#endif
