package import Faregate
import FaregateBooks

extension SQLiteLedger {
    /// Overwrites what is left of deleted personal data, so that no byte of it stays in the file, in its log, or in
    /// later copies of the two. Earlier backups still have it.
    ///
    /// - Throws: `LedgerError` if a long read prevents the log from being emptied.
    package func eraseTraces() async throws(LedgerError) {
        let access = access
        try await writer.writeAlone { transactions throws(LedgerError) in try transactions.eraseTraces(access) }
    }
}

extension Transactions {
    /// Rewrites the tables with personal data, then empties the log. Calls wait meanwhile, about a second for each
    /// 100 MB of stored events.
    ///
    /// `secure_delete` overwrites deleted rows, but can leave copies: when growing rows make a page
    /// overflow and some of them move to another page, their bytes stay in the unused part of the first. A table that
    /// is rewritten releases its old pages, and they are overwritten whole.
    func eraseTraces(_ access: FileAccess) throws(LedgerError) {
        try explaining(errorsOf: path) { () throws(SQLError) in
            // On its own connection, since this one transaction is too large to stay in memory.
            let database = try Database(path: path, access)
            try database.execute(
                script: """
                    PRAGMA synchronous = FULL;
                    PRAGMA secure_delete = ON;
                    PRAGMA foreign_keys = OFF;
                    PRAGMA legacy_alter_table = ON;
                    """
            )
            try database.transaction { () throws(SQLError) in
                for table in ["billing", "customers", "inbox"] { try database.writeAnew(table) }
            }
        }
        try emptyLog()
    }
}

extension Database {
    /// Copies a table's rows in order into a new table, replaces the old table with it, and makes the indexes and
    /// triggers again.
    /// [Making other kinds of table schema changes](https://www.sqlite.org/lang_altertable.html#otheralter)
    fileprivate func writeAnew(_ table: String) throws(SQLError) {
        let parts = try rows(
            """
            SELECT type, sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL
            ORDER BY type <> 'table', type <> 'index'
            """,
            table
        ) { (type: $0.text(0), sql: $0.text(1)) }
        guard let first = parts.first, first.type == "table", let columns = first.sql.firstIndex(of: "(") else {
            throw .inconsistent("the file has no table \(table)")
        }
        try execute(script: "CREATE TABLE \(table)_anew \(first.sql[columns...])")
        try execute(script: "INSERT INTO \(table)_anew SELECT * FROM \(table) ORDER BY rowid")
        try execute(script: "DROP TABLE \(table); ALTER TABLE \(table)_anew RENAME TO \(table);")
        for part in parts.dropFirst() { try execute(script: part.sql) }
    }
}
