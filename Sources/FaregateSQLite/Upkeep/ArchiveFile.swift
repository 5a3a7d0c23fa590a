import CSQLite
import Faregate
import FaregateBooks
import Foundation

/// A second file with closed charges, their journal lines and their keys. Its tables have the names of the ledger's
/// tables, and the columns that explaining a charge and reading a history need, so that the same statements do both.
///
/// One thread at a time may use it.
final class ArchiveFile {
    /// "FARA" as a number.
    static let applicationID: Int64 = 0x4641_5241
    /// The journal lines, or charges, that a step reads.
    static let stepRows: Int64 = 5000

    let database: Database

    /// Opens an archive. If there is none, creates it, or throws if `creating` is false.
    ///
    /// - Parameter ledger: the ledger of the archive, which is attached for reading.
    init(path: String, of ledger: String, creating: Bool) throws(LedgerError) {
        try FileManager.default.requireFolder(of: path)
        let exists = FileManager.default.fileExists(atPath: path)
        guard exists || creating else { throw LedgerError(.missing, "there is no archive at \(path)") }
        if !exists { try ArchiveFile.create(path) }
        do throws(SQLError) {
            database = try Database(path: path)
            try database.execute(script: "PRAGMA synchronous = EXTRA; PRAGMA temp_store = FILE;")
            try database.run("ATTACH ?1 AS ledger", ledger)
            guard try database.integer("PRAGMA application_id") == ArchiveFile.applicationID else {
                throw SQLError(code: SQLITE_NOTADB)
            }
            try database.run(
                "INSERT INTO archive (id, ledger) SELECT 1, identity FROM ledger.ledger WHERE NOT EXISTS (SELECT 1 FROM archive)"
            )
        } catch  where error.primaryCode == SQLITE_NOTADB {
            throw LedgerError(.notALedger, "\(path) is not an archive of a Faregate ledger; name another file")
        } catch {
            throw LedgerError(error, path: path)
        }
        let isSame = try? database.integer("SELECT archive.ledger = identity FROM archive, ledger.ledger") == 1
        guard isSame == true else {
            throw LedgerError(.forbidden, "\(path) is an archive of another ledger than \(ledger); name another file")
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

    /// Charges closed before ?1 that can't change any more: without debt, not refunded as abandoned (a late settlement
    /// charges these again) nor made in place of such a charge, and without an unexpired key. The latest charge stays,
    /// since the next id is derived from it.
    private static let isArchivable = """
        charges.state <> 0 AND charges.state_since < ?1 AND charges.debt = 0 AND charges.reason IS NOT 'abandoned'
            AND charges.id NOT IN (SELECT charge_id FROM ledger.successors)
            AND NOT EXISTS (SELECT 1 FROM ledger.keys WHERE keys.charge_id = charges.id AND keys.expires_at > ?2)
            AND charges.id < (SELECT max(id) FROM ledger.charges)
        """

    /// Whether the archive has a charge that this ledger has neither in the same form nor archived: the ledger was
    /// restored from a backup that is older than the archive, and may use the numbers of archived charges again.
    func isNewerThanLedger() throws(SQLError) -> Bool {
        try database.integer(
            """
            SELECT 1 FROM main.charges WHERE state_since >= (SELECT archived_before FROM ledger.ledger)
                AND NOT EXISTS (
                    SELECT 1 FROM ledger.charges AS other
                    WHERE other.id = charges.id AND other.account_id = charges.account_id
                        AND other.created_at = charges.created_at AND other.state = charges.state
                        AND other.state_since = charges.state_since AND other.cost = charges.cost)
            LIMIT 1
            """
        ) != nil
    }

    /// The parts in the order of copying: a charge is removed from the ledger only after it and all its lines are here.
    enum Part: String {
        case journal, charges
    }

    /// The number of the part's last row in the ledger.
    func last(of part: Part) throws(SQLError) -> Int64 {
        try database.integer("SELECT max(id) FROM ledger.\(part)") ?? 1
    }

    /// Copies a range of the ledger's journal or of its charges: the lines of archivable charges, or these charges with
    /// the rows that they refer to.
    ///
    /// - Returns: the number of the last row that was read; nil at the end.
    func copy(
        _ part: Part, after row: Int64, closedBefore moment: Timestamp, at now: Timestamp
    ) throws(SQLError) -> Int64? {
        let last = try database.integer(
            "SELECT max(id) FROM (SELECT id FROM ledger.\(part) WHERE id > ?1 ORDER BY id LIMIT ?2) HAVING max(id) IS NOT NULL",
            row, ArchiveFile.stepRows
        )
        guard let last else { return nil }
        let charge = part == .journal ? "JOIN ledger.charges ON charges.id = journal.charge_id" : ""
        try database.transaction { () throws(SQLError) in
            try database.run(
                """
                INSERT OR IGNORE INTO main.\(part) SELECT \(part).* FROM ledger.\(part) \(charge)
                WHERE \(part).id > ?3 AND \(part).id <= ?4 AND \(ArchiveFile.isArchivable)
                """,
                moment, now, row, last
            )
            guard part == .charges else { return }
            for copy in ArchiveFile.copiesOfWhatChargesName { try database.run(copy, row, last) }
        }
        return last
    }

    /// The charges of a range that are in both files, with their journal lines: they can be removed from the ledger.
    func copied(after charge: Int64, count: Int64) throws(SQLError) -> (charges: [Int64], lines: [Int64]) {
        let charges = try database.rows(
            """
            SELECT id FROM main.charges WHERE id > ?1 AND EXISTS (
                SELECT 1 FROM ledger.charges AS other WHERE other.id = charges.id)
            ORDER BY id LIMIT ?2
            """,
            charge, count
        ) { $0.integer(0) }
        let lines = try database.rows(
            "SELECT id FROM main.journal WHERE charge_id IN (SELECT value FROM json_each(?1))", json(charges)
        ) { $0.integer(0) }
        return (charges, lines)
    }

    private static let copiesOfWhatChargesName =
        [
            copy(of: "charge_grants", where: "charge_id", is: "id"),
            copy(of: "keys", where: "charge_id", is: "id"),
            copy(of: "accounts", "id, name", is: "account_id"),
            copy(of: "members", is: "member_id"),
            copy(of: "prices", is: "price_id"),
            copy(of: "grants", grantColumns, is: "grant_id"),
            copy(of: "grants", grantColumns, is: "grant_id", of: "charge_grants", by: "charge_id"),
            "INSERT OR IGNORE INTO main.limits SELECT * FROM ledger.limits WHERE ?1 < ?2",
        ]

    private static let grantColumns = "id, account_id, source, actions, priority, expires_at, position, reference"

    /// Copies the rows of a table that a range of copied charges refers to, directly or through other rows.
    private static func copy(
        of table: String, _ columns: String = "*", where key: String = "id", is name: String,
        of naming: String = "charges", by charge: String = "id"
    ) -> String {
        """
        INSERT OR IGNORE INTO main.\(table) \(columns == "*" ? "" : "(\(columns))")
        SELECT \(columns) FROM ledger.\(table)
        WHERE \(key) IN (SELECT \(name) FROM main.\(naming) WHERE \(charge) > ?1 AND \(charge) <= ?2)
        """
    }
}
