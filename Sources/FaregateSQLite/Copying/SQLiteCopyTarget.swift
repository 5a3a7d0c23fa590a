package import Faregate
package import FaregateBooks
import Foundation

/// A new file that a ledger is copied into. Until the copy is finished, its mark is not that of a ledger:
/// ``Schema/unfinishedCopy``.
package final class SQLiteCopyTarget: CopyTarget {
    private let file: CopiedFile
    /// Nil until the file is known to be an unfinished copy or a whole ledger.
    private var opened: Database?

    private var path: String { file.path }
    private var database: Database {
        guard let opened else { preconditionFailure("the target of a copy is used before it is opened") }
        return opened
    }
    package var connection: any SQLConnection { database }
    package var place: String { file.place }

    package init(_ path: String, access: FileAccess = FileAccess(busyTimeoutMilliseconds: 2000)) {
        file = CopiedFile(path: path, access: access)
    }

    package func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try database.snapshot(body)
    }

    package func columns(of table: String) throws(SQLError) -> [CopiedColumn] { try database.copiedColumns(of: table) }

    package func audit(
        _ progress: (Ledger.AuditProgress) -> Void
    ) throws(LedgerError) -> Ledger.AuditReport {
        try file.audit(progress)
    }

    package func content() throws(LedgerError) -> CopyTargetContent {
        try FileManager.default.requireFolder(of: path)
        guard FileManager.default.fileExists(atPath: path) else { return .nothing }
        guard try isUnfinished() else {
            let database = try file.openAlone()
            opened = database
            return try explaining(errorsOf: path) { () throws(SQLError) in
                .ledger(identity: try database.integer("SELECT identity FROM ledger") ?? 0)
            }
        }
        let database = try open()
        let content = try explaining(errorsOf: path) { () throws(SQLError) in
            try database.first("SELECT identity, latest_entry FROM ledger, copying") {
                CopyTargetContent.unfinished(identity: $0.integer(0), latestEntry: $0.integer(1))
            }
        }
        guard let content else { throw LedgerError(.damaged, "\(path) is damaged; delete it and copy again") }
        return content
    }

    /// When SQLite first reads the file, it undoes a step of the copy that was interrupted.
    private func isUnfinished() throws(LedgerError) -> Bool {
        try explaining(errorsOf: path) { () throws(SQLError) in
            let database = try Database(path: path, file.access)
            let header = FileHeader(try database.firstBytes(FileHeader.size))
            guard header.isSQLite, header.applicationID == Schema.unfinishedCopy.applicationID else { return false }
            return try database.integer("PRAGMA application_id") == Schema.unfinishedCopy.applicationID
        }
    }

    private func open() throws(LedgerError) -> Database {
        try explaining(errorsOf: path) { () throws(SQLError) in
            let database = try Database(path: path, file.access)
            try database.configure()
            opened = database
            return database
        }
    }

    package func begin(_ origin: CopyOrigin) throws(LedgerError) {
        opened = nil
        if FileManager.default.fileExists(atPath: path), try isUnfinished() {
            for suffix in ["-journal", ""] { unlink(path + suffix) }
        }
        let new = try NewFile(path)
        try new.fill { () throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLError) in
                let database = try Database(path: new.unfinished, file.access)
                try database.execute(script: "PRAGMA page_size = \(LedgerFile.pageBytes); PRAGMA synchronous = EXTRA;")
                try database.migrate(by: Schema.unfinishedCopy)
                try database.transaction { () throws(SQLError) in try origin.mark(database) }
            }
        }
        _ = try open()
    }

    package func transaction(_ body: () throws(SQLError) -> Void) throws(SQLError) { try database.transaction(body) }

    package func insert(_ rows: [[SQLParameter]], into table: CopiedRows) throws(SQLError) {
        let marks = table.columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        let sql = "INSERT INTO \"\(table.table.name)\" (\(table.columnList)) VALUES (\(marks))"
        for row in rows { try database.run(sql, with: row) }
    }

    /// Does nothing: SQLite numbers a new row after the latest one by itself.
    package func complete() {}

    package func finish() throws(SQLError) {
        try database.transaction { () throws(SQLError) in
            try database.run("DROP TABLE copying")
            try database.execute(script: "PRAGMA application_id = \(Schema.migrations.applicationID)")
        }
    }
}
