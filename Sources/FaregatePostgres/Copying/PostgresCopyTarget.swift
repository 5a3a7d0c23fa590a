#if Postgres
package import Faregate
package import FaregateBooks

/// A schema of a PostgreSQL database that a ledger is copied into. Until the copy is finished, the schema has the table
/// `copying`, and no process opens it as a ledger.
package final class PostgresCopyTarget: CopyTarget {
    private let database: PostgresConnection
    private let installer: PostgresInstaller

    private var settings: PostgresSettings { database.settings }
    package var connection: any SQLConnection { database }
    package var place: String { settings.fullPlace }

    package init(_ address: String) throws(LedgerError) {
        let settings = try PostgresSettings.forCopying(address)
        database = try settings.explaining { () throws(SQLError) in try PostgresConnection(settings) }
        installer = PostgresInstaller(connection: database)
    }

    package func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try database.snapshot(body)
    }

    package func columns(of table: String) throws(SQLError) -> [CopiedColumn] { try database.copiedColumns(of: table) }

    package func audit(
        _ progress: (Ledger.AuditProgress) -> Void
    ) throws(LedgerError) -> Ledger.AuditReport {
        let database = database
        return try settings.explaining { () throws(SQLError) in
            try database.snapshot { () throws(SQLError) in try database.auditInTransaction(progress) }
        }
    }

    package func content() throws(LedgerError) -> CopyTargetContent {
        let (database, installer) = (database, installer)
        let (content, moved) = try settings.explaining { () throws(SQLError) in
            try database.transaction { () throws(SQLError) -> (CopyTargetContent, MovedLedger?) in
                guard try installer.hasTable("ledger") else { return (.nothing, nil) }
                let identity = try database.integer("SELECT identity FROM ledger") ?? 0
                guard try installer.hasTable("copying") else {
                    return (.ledger(identity: identity), try MovedLedger(in: database))
                }
                let latest = try database.integer("SELECT latest_entry FROM copying") ?? 0
                return (.unfinished(identity: identity, latestEntry: latest), nil)
            }
        }
        if let moved { throw moved.error(at: place) }
        return content
    }

    package func begin(_ origin: CopyOrigin) throws(LedgerError) {
        let (database, installer) = (database, installer)
        let refusal = try settings.explaining { () throws(SQLError) in
            try database.transaction { () throws(SQLError) -> LedgerError? in
                try installer.lock()
                if try installer.hasTable("copying") {
                    let names = CopiedTable.all.map { "\"\($0.name)\"" }.joined(separator: ", ")
                    try database.execute(script: "DROP TABLE copying; TRUNCATE \(names)")
                } else if let refusal = try installer.install(creating: true) {
                    return refusal
                }
                try origin.mark(database)
                return nil
            }
        }
        if let refusal { throw refusal }
    }

    package func transaction(_ body: () throws(SQLError) -> Void) throws(SQLError) { try database.transaction(body) }

    /// One statement for all rows, with an array for each column.
    package func insert(_ rows: [[SQLParameter]], into table: CopiedRows) throws(SQLError) {
        let arrays = table.columns.enumerated().map { "?\($0 + 1)::\($1.type.array)" }.joined(separator: ", ")
        let sql = """
            INSERT INTO "\(table.table.name)" (\(table.columnList)) SELECT * FROM unnest(\(arrays))
            """
        let size = table.table.isInsertedRowByRow ? 1 : rows.count
        for first in stride(from: 0, to: rows.count, by: size) {
            let part = rows[first..<min(first + size, rows.count)]
            var values: [SQLParameter] = []
            for column in table.columns.indices {
                var array = PostgresArray()
                for row in part { array.add(try row[column].storable(in: table.table.name)) }
                values.append(array.parameter)
            }
            try database.run(sql, with: values)
        }
    }

    /// New rows get numbers after those of the copied rows. The planner must know the sizes of the tables before an
    /// audit joins them.
    package func complete() throws(SQLError) {
        try database.transaction { () throws(SQLError) in
            let numbered = try database.rows(
                """
                SELECT table_name, column_name FROM information_schema.columns
                WHERE table_schema = ?1 AND is_identity = 'YES'
                """,
                settings.schema
            ) { (table: $0.text(0), column: $0.text(1)) }
            for (table, column) in numbered {
                try number("pg_get_serial_sequence('\(table)', '\(column)')", after: column, of: table)
            }
            try number("'charge_numbers'", after: "id", of: "charges")
            for table in CopiedTable.all { try database.execute(script: "ANALYZE \"\(table.name)\"") }
        }
    }

    private func number(_ sequence: String, after column: String, of table: String) throws(SQLError) {
        try database.execute(
            script: """
                SELECT setval(\(sequence), (SELECT coalesce(max("\(column)"), 0) + 1 FROM "\(table)"), FALSE)
                """
        )
    }

    package func finish() throws(SQLError) {
        try database.transaction { () throws(SQLError) in try database.execute(script: "DROP TABLE copying") }
    }
}

extension CopiedColumn.ColumnType {
    /// The type of an array of such values.
    fileprivate var array: String {
        switch self {
        case .integer: "bigint[]"
        case .text: "text[]"
        case .bytes: "bytea[]"
        case .boolean: "boolean[]"
        }
    }
}

extension SQLParameter {
    /// The same value.
    ///
    /// - Throws: if it is a text that PostgreSQL can't store.
    fileprivate func storable(in table: String) throws(SQLError) -> SQLParameter {
        guard case .text(let text?) = self, text.utf8.contains(0) else { return self }
        throw .raising("a text in the table \(table) has a zero byte, which PostgreSQL can't store; correct it first")
    }
}
#endif
