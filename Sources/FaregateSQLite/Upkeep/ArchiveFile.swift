import CSQLite
import Faregate
package import FaregateBooks
import Foundation

/// A second file with closed charges, their journal lines and their keys. Its tables have the names of the ledger's
/// tables, and the columns that explaining a charge and reading a history need, so that the same statements do both.
///
/// One thread at a time may use it.
final class ArchiveFile {
    /// "FARA" as a number.
    static let applicationID: Int64 = 0x4641_5241

    private let database: Database
    private var columns: [String: [CopiedColumn]] = [:]

    /// Opens an archive.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - identity: the identity of its ledger.
    ///   - creating: whether to create the archive if there is none.
    /// - Throws: `LedgerError` if there is no archive, or if it is another ledger's.
    init(path: String, of identity: Int64, creating: Bool) throws(LedgerError) {
        try FileManager.default.requireFolder(of: path)
        let exists = FileManager.default.fileExists(atPath: path)
        guard exists || creating else { throw LedgerError(.missing, "there is no archive at \(path)") }
        if !exists {
            do throws(LedgerError) { try ArchiveFile.create(path) } catch {
                // Another process may have created it at the same moment.
                guard FileManager.default.fileExists(atPath: path) else { throw error }
            }
        }
        let owner: Int64?
        do throws(SQLError) {
            database = try Database(path: path)
            try database.execute(script: "PRAGMA synchronous = EXTRA; PRAGMA temp_store = FILE;")
            guard try database.integer("PRAGMA application_id") == ArchiveFile.applicationID else {
                throw SQLError(code: SQLITE_NOTADB)
            }
            if creating {
                try database.run("INSERT INTO archive (id, ledger) VALUES (1, ?1) ON CONFLICT DO NOTHING", identity)
            }
            owner = try database.integer("SELECT ledger FROM archive")
        } catch  where error.primaryCode == SQLITE_NOTADB {
            throw LedgerError(.notALedger, "\(path) is not an archive of a Faregate ledger; name another file")
        } catch {
            throw LedgerError(error, path: path)
        }
        guard owner == identity else {
            throw LedgerError(.forbidden, "\(path) is the archive of another ledger; name another file")
        }
    }

    private static func create(_ path: String) throws(LedgerError) {
        let place = try NewFile(path)
        try place.fill { () throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLError) in
                try Database(path: place.unfinished).execute(script: schema)
            }
        }
    }

    var path: String { database.path }

    var reader: ArchiveReader { ArchiveReader(database) }

    func columns(of table: String) throws(SQLError) -> [CopiedColumn] {
        if let known = columns[table] { return known }
        let read = try database.copiedColumns(of: table)
        columns[table] = read
        return read
    }

    /// Adds the rows, all of them or none. Rows that are there already stay as they are.
    func add(_ rows: ArchivableRows) throws(SQLError) {
        try database.transaction { () throws(SQLError) in
            for table in rows.tables {
                let marks = table.columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
                let sql = "INSERT OR IGNORE INTO \(table.name) (\(table.columnList)) VALUES (\(marks))"
                for row in table.rows { try database.run(sql, with: row) }
            }
        }
    }
}

extension Archive {
    package init(path: String) {
        self.init { identity throws(LedgerError) in
            try ArchiveFile(path: path, of: identity, creating: false).reader
        }
    }
}
