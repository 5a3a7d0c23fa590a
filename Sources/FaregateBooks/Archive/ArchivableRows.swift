/// The rows of a ledger that a step copies into its archive.
package struct ArchivableRows: Sendable {
    package struct Table: Sendable {
        package let name: String
        package let columns: [CopiedColumn]
        package private(set) var rows: [[SQLParameter]] = []

        init(name: String, columns: [CopiedColumn]) { (self.name, self.columns) = (name, columns) }

        /// The names of the columns, in the order of a row's values.
        package var columnList: String { columns.map { "\"\($0.name)\"" }.joined(separator: ", ") }

        mutating func add(_ row: any SQLRow) { rows.append(columns.enumerated().map { $1.read(row, at: $0) }) }
    }

    /// The number of the last row that was read.
    package let last: Int64
    package let tables: [Table]
}
