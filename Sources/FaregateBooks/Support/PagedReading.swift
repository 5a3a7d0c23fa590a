extension SQLLedger {
    /// Reads the rows of a table in the order of their numbers, page by page, until there are no more or the body
    /// returns false. Each page is a read of its own, so the memory doesn't grow with the number of rows, and no
    /// snapshot is held for long.
    ///
    /// - Parameters:
    ///   - first: rows with larger numbers are read.
    ///   - page: the next rows after this number.
    ///   - number: the number of a row.
    ///   - body: receives each page, which has at least one row.
    func forEachPage<Row: Sendable>(
        after first: Int64,
        _ page: @escaping @Sendable (any SQLConnection, Int64) throws(SQLError) -> [Row],
        number: (Row) -> Int64,
        body: ([Row]) throws -> Bool
    ) async throws {
        var last = first
        while true {
            let rows = try await read { [last] database throws(SQLError) in try page(database, last) }
            guard let latest = rows.last, try body(rows) else { return }
            last = number(latest)
        }
    }
}

/// The rows of each page.
let rowsPerPage: Int64 = 1000
