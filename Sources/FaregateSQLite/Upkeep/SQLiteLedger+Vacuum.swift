public import Faregate
import FaregateBooks

extension SQLiteLedger {
    /// Rewrites the file without the space that deleted rows left, for example after an archive. Calls of all processes
    /// wait meanwhile, for minutes if the file is large. It needs free space of twice the file's size on the disk.
    /// [VACUUM](https://www.sqlite.org/lang_vacuum.html)
    ///
    /// - Returns: the number of bytes that the file shrank by.
    /// - Throws: `LedgerError` when there is no room, or another process has the ledger locked.
    public func vacuum() async throws(LedgerError) -> Int64 {
        let (path, access) = (path, access)
        return try await writer.writeAlone { transactions throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLError) in
                // On its own connection, since this one transaction is too large to stay in memory.
                let database = try Database(path: path, access)
                let before = try database.pageBytes()
                try database.execute(script: "PRAGMA synchronous = FULL; PRAGMA temp_store = FILE; VACUUM;")
                let after = try database.pageBytes()
                try transactions.copyLog()
                return before - after
            }
        }
    }
}

extension Database {
    fileprivate func pageBytes() throws(SQLError) -> Int64 {
        (try integer("PRAGMA page_count") ?? 0) * (try integer("PRAGMA page_size") ?? 0)
    }
}
