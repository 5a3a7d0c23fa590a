/// A table with its columns, and the statements that read it in steps. Both databases run the same statements.
package struct CopiedRows: Sendable {
    package let table: CopiedTable
    package let columns: [CopiedColumn]
    private let keyPositions: [Int]
    private let rowsPerStep: Int

    /// - Throws: if the two databases don't have the same columns.
    init(
        _ table: CopiedTable, _ source: [CopiedColumn], _ target: [CopiedColumn], _ rowsPerStep: Int
    ) throws(SQLError) {
        let others = Dictionary(uniqueKeysWithValues: target.map { ($0.name, $0.type) })
        guard Set(source.map(\.name)) == Set(others.keys) else {
            throw .inconsistent("the table \(table.name) has different columns in the two databases")
        }
        self.table = table
        self.rowsPerStep = min(rowsPerStep, table.rowsPerStep)
        columns = source.map { column in
            CopiedColumn(column.name, others[column.name] == .boolean ? .boolean : column.type)
        }
        keyPositions = table.key.compactMap { name in source.firstIndex { $0.name == name } }
    }

    /// The names of the columns, in the order of a row's values.
    package var columnList: String { columns.map { "\"\($0.name)\"" }.joined(separator: ", ") }

    private var keyList: String { table.key.map { "\"\($0)\"" }.joined(separator: ", ") }

    func key(of row: [SQLParameter]) -> [SQLParameter] { keyPositions.map { row[$0] } }

    /// The rows of the next step.
    func step(after key: [SQLParameter]?, in database: any SQLConnection) throws(SQLError) -> [[SQLParameter]] {
        let marks = table.key.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        let condition = key == nil ? "" : "WHERE (\(keyList)) > (\(marks))"
        var rows: [[SQLParameter]] = []
        try database.forEach(
            """
            SELECT \(columnList) FROM "\(table.name)" \(condition) ORDER BY \(keyList) LIMIT \(rowsPerStep)
            """,
            with: key ?? []
        ) { row in
            rows.append(columns.enumerated().map { $1.read(row, at: $0) })
            return true
        }
        return rows
    }

    /// The key of the last row.
    func lastKey(in database: any SQLConnection) throws(SQLError) -> [SQLParameter]? {
        let order = table.key.map { "\"\($0)\" DESC" }.joined(separator: ", ")
        return try database.first("SELECT \(columnList) FROM \"\(table.name)\" ORDER BY \(order) LIMIT 1", with: []) {
            row in key(of: columns.enumerated().map { $1.read(row, at: $0) })
        }
    }

    /// The row for the first insert. Columns that depend on rows copied later have placeholders, and are updated at the
    /// end.
    func first(of row: [SQLParameter]) -> [SQLParameter] {
        zip(columns, row).map { table.filledLater[$0.name] ?? $1 }
    }
}
