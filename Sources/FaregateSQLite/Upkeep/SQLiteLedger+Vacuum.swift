public import Faregate

extension SQLiteLedger {
    /// Writes the file anew without the space that deleted rows have left, as after an archive. Calls wait meanwhile, those
    /// of other processes too: on a large file for minutes. It needs twice the file's size on the disk.
    /// [VACUUM](https://www.sqlite.org/lang_vacuum.html)
    ///
    /// - Returns: how many bytes smaller the file is.
    /// - Throws: `LedgerError` when there is no room, or another process has the ledger locked.
    public func vacuum() async throws(LedgerError) -> Int64 {
        let (path, access) = (path, access)
        return try await writer.writeAlone { transactions throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLiteError) in
                // On a connection of its own, since all of it is one transaction that must not stay in memory.
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
    fileprivate func pageBytes() throws(SQLiteError) -> Int64 {
        (try integer("PRAGMA page_count") ?? 0) * (try integer("PRAGMA page_size") ?? 0)
    }
}
