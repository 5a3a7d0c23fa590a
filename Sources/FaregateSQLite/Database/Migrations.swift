import CSQLite
import Faregate
import FaregateBooks

/// The SQL that leads from each version of the schema to the next. Released SQL never changes.
struct Migrations: Sendable {
    /// Identifies the files of Faregate.
    /// [application_id](https://www.sqlite.org/pragma.html#pragma_application_id)
    let applicationID: Int64
    /// The version after the first text. Older files can't be read.
    let firstVersion: Int64
    let texts: [String]

    var version: Int64 { firstVersion + Int64(texts.count) - 1 }
}

extension Database {
    private func schemaVersion() throws(SQLError) -> Int64 { try integer("PRAGMA user_version") ?? 0 }

    /// Migrates the file to the latest version in one transaction. Foreign keys are off, so that a text can
    /// rebuild a table; they are checked at the end.
    /// [Making other kinds of table schema changes](https://www.sqlite.org/lang_altertable.html#otheralter)
    func migrate(by migrations: Migrations) throws(SQLError) {
        guard try schemaVersion() < migrations.version else { return }
        try execute(script: "PRAGMA foreign_keys = OFF")
        defer { try? execute(script: "PRAGMA foreign_keys = ON") }
        try transaction { () throws(SQLError) in
            // Another process may have migrated the file: check again with the write lock held.
            let known = max(0, try schemaVersion() - migrations.firstVersion + 1)
            guard known < migrations.texts.count else { return }
            for text in migrations.texts.dropFirst(Int(known)) { try execute(script: text) }
            guard try integer("SELECT count(*) FROM pragma_foreign_key_check") == 0 else {
                throw .inconsistent("rows of the file refer to missing rows, so it can't be migrated")
            }
            try execute(
                script: """
                    PRAGMA application_id = \(migrations.applicationID);
                    PRAGMA user_version = \(migrations.version);
                    """
            )
            try run("UPDATE ledger SET version = ?1", migrations.version)
        }
    }
}
