import CSQLite
import Faregate
import Foundation

/// A second file with closed charges, their lines of the journal and their keys. Its tables have the names and columns of
/// the ledger's, so that the same statements explain a charge and walk through a history.
///
/// One thread at a time may use it.
final class ArchiveFile {
    /// "FARA" as a number.
    static let applicationID: Int64 = 0x4641_5241
    /// How many lines of the journal, or charges, a step looks at.
    static let stepRows: Int64 = 5000

    let database: Database

    /// Opens an archive, and makes it where there is none.
    ///
    /// - Parameter ledger: the ledger that it belongs to, which is attached for reading.
    init(path: String, of ledger: String, creating: Bool) throws(LedgerError) {
        try FileManager.default.requireFolder(of: path)
        let exists = FileManager.default.fileExists(atPath: path)
        guard exists || creating else { throw LedgerError(.missing, "there is no archive at \(path)") }
        if !exists { try ArchiveFile.create(path) }
        database = try ArchiveFile.opened(path, of: ledger)
        do throws(SQLiteError) {
            guard try database.integer("PRAGMA application_id") == ArchiveFile.applicationID else {
                throw SQLiteError(code: SQLITE_NOTADB, message: "not an archive", sql: nil)
            }
            try database.run(
                "INSERT INTO archive (id, ledger) SELECT 1, identity FROM ledger.ledger WHERE NOT EXISTS (SELECT 1 FROM archive)"
            )
        } catch  where error.primaryCode == SQLITE_NOTADB {
            throw LedgerError(.notALedger, "\(path) is not an archive of a Faregate ledger; name another file")
        } catch {
            throw LedgerError(error, path: path)
        }
        try requireSameLedger(path, ledger)
    }

    private static func create(_ path: String) throws(LedgerError) {
        let place = try NewFile(path)
        do throws(SQLiteError) {
            try Database(path: place.unfinished).execute(script: schema)
        } catch {
            place.abandon()
            throw LedgerError(error, path: path)
        }
        try place.finish()
    }

    private static func opened(_ path: String, of ledger: String) throws(LedgerError) -> Database {
        do throws(SQLiteError) {
            let database = try Database(path: path)
            database.keepLogWhenClosed(true)
            try database.execute(script: "PRAGMA synchronous = EXTRA; PRAGMA temp_store = FILE;")
            try database.run("ATTACH ?1 AS ledger", ledger)
            return database
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    private func requireSameLedger(_ path: String, _ ledger: String) throws(LedgerError) {
        let isSame = try? database.integer("SELECT archive.ledger = identity FROM archive, ledger.ledger") == 1
        guard isSame == true else {
            throw LedgerError(.forbidden, "\(path) is an archive of another ledger than \(ledger); name another file")
        }
    }

    /// Charges that were closed before ?1 and that nothing can change any more: without debt, not refunded as abandoned
    /// (which a late settlement charges again), and without a key that lives. The latest charge stays, for its number.
    private static let isArchivable = """
        charges.state <> 0 AND charges.state_since < ?1 AND charges.debt = 0 AND charges.reason IS NOT 'abandoned'
            AND charges.id NOT IN (SELECT charge_id FROM ledger.successors)
            AND NOT EXISTS (SELECT 1 FROM ledger.keys WHERE keys.charge_id = charges.id AND keys.expires_at > ?2)
            AND charges.id < (SELECT max(id) FROM ledger.charges)
        """

    /// Copies what a range of the ledger's journal says of archivable charges.
    ///
    /// - Returns: the number of the last line that was looked at; nil at the end.
    func copyEntries(after line: Int64, closedBefore moment: Timestamp, at now: Timestamp) throws(SQLiteError) -> Int64?
    {
        guard let last = try last(of: "journal", after: line) else { return nil }
        try database.transaction { () throws(SQLiteError) in
            try database.run(
                """
                INSERT OR IGNORE INTO main.journal
                SELECT journal.* FROM ledger.journal JOIN ledger.charges ON charges.id = journal.charge_id
                WHERE journal.id > ?3 AND journal.id <= ?4 AND \(ArchiveFile.isArchivable)
                """,
                moment, now, line, last
            )
        }
        return last
    }

    /// Copies a range of archivable charges, with what they name.
    ///
    /// - Returns: the last charge that was looked at; nil at the end.
    func copyCharges(after charge: Int64, closedBefore moment: Timestamp, at now: Timestamp) throws(SQLiteError)
        -> Int64?
    {
        guard let last = try last(of: "charges", after: charge) else { return nil }
        try database.transaction { () throws(SQLiteError) in
            try database.run(
                """
                INSERT OR IGNORE INTO main.charges
                SELECT charges.* FROM ledger.charges WHERE id > ?3 AND id <= ?4 AND \(ArchiveFile.isArchivable)
                """,
                moment, now, charge, last
            )
            for copy in ArchiveFile.copiesOfWhatChargesName { try database.run(copy, charge, last) }
        }
        return last
    }

    private func last(of table: String, after id: Int64) throws(SQLiteError) -> Int64? {
        try database.integer(
            "SELECT max(id) FROM (SELECT id FROM ledger.\(table) WHERE id > ?1 ORDER BY id LIMIT ?2) HAVING max(id) IS NOT NULL",
            id, ArchiveFile.stepRows
        )
    }

    /// Charges of a range that are in both files, with their lines of the journal: what may be removed from the ledger.
    func copied(after charge: Int64, count: Int64) throws(SQLiteError) -> (charges: [Int64], lines: [Int64]) {
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

    private static let copiesOfWhatChargesName = [
        """
        INSERT OR IGNORE INTO main.charge_grants SELECT * FROM ledger.charge_grants
        WHERE charge_id IN (SELECT id FROM main.charges WHERE id > ?1 AND id <= ?2)
        """,
        """
        INSERT OR IGNORE INTO main.keys SELECT * FROM ledger.keys
        WHERE charge_id IN (SELECT id FROM main.charges WHERE id > ?1 AND id <= ?2)
        """,
        """
        INSERT OR IGNORE INTO main.accounts (id, name) SELECT id, name FROM ledger.accounts
        WHERE id IN (SELECT account_id FROM main.charges WHERE id > ?1 AND id <= ?2)
        """,
        """
        INSERT OR IGNORE INTO main.members SELECT * FROM ledger.members
        WHERE id IN (SELECT member_id FROM main.charges WHERE id > ?1 AND id <= ?2)
        """,
        """
        INSERT OR IGNORE INTO main.prices SELECT * FROM ledger.prices
        WHERE id IN (SELECT price_id FROM main.charges WHERE id > ?1 AND id <= ?2)
        """,
        """
        INSERT OR IGNORE INTO main.limits SELECT * FROM ledger.limits WHERE ?1 < ?2
        """,
        """
        INSERT OR IGNORE INTO main.grants (id, account_id, source, priority, expires_at, position, reference)
        SELECT id, account_id, source, priority, expires_at, position, reference FROM ledger.grants
        WHERE id IN (
            SELECT grant_id FROM main.charges WHERE id > ?1 AND id <= ?2
            UNION SELECT grant_id FROM main.charge_grants WHERE charge_id > ?1 AND charge_id <= ?2)
        """,
    ]
}
