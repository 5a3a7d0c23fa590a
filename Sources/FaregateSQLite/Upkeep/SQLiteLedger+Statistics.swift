public import Faregate
import FaregateBooks
import Foundation

extension SQLiteLedger {
    /// Figures about the ledger, for a server to export and for `faregate stats`.
    ///
    /// - Parameter now: the current time, to count the events that are due.
    /// - Throws: `LedgerError` when the file can't be read.
    public func statistics(at now: Timestamp = SystemClock().now) async throws(LedgerError) -> SQLiteLedger.Statistics {
        let (figures, queueLength) = (writer.figures.now, writer.queueLength)
        return try await readers.read { database throws(SQLError) in
            try SQLiteLedger.Statistics(database, figures, queueLength, at: now)
        }
    }

    /// The size of each table. It counts every row, on its own connection, while calls go on.
    ///
    /// - Throws: `LedgerError` when the file can't be read.
    public func tableSizes() async throws(LedgerError) -> [SQLiteLedger.TableSize] {
        let (path, access) = (path, access)
        return try await onThread { () throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLError) in
                try Database.openReader(path: path, access).tableSizes()
            }
        }
    }
}

extension Database {
    fileprivate func tableSizes() throws(SQLError) -> [SQLiteLedger.TableSize] {
        try snapshot { () throws(SQLError) in
            let tables = try rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") { $0.text(0) }
            var sizes: [SQLiteLedger.TableSize] = []
            for table in tables where !table.hasPrefix("sqlite_") {
                let count = try integer("SELECT count(*) FROM \"\(table)\"") ?? 0
                let bytes = try? integer(
                    """
                    SELECT sum(pgsize) FROM dbstat
                    WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name = ?1)
                    """,
                    table
                )
                sizes.append(SQLiteLedger.TableSize(name: table, rows: count, bytes: bytes ?? nil))
            }
            return sizes
        }
    }
}
