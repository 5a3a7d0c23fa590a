import Foundation

/// A column that is copied, as one database describes it. Generated columns are not copied.
package struct CopiedColumn: Sendable {
    package enum ColumnType: Sendable {
        /// SQLite has no booleans, and stores them as 0 and 1.
        case integer, text, bytes, boolean
    }

    package let name: String
    package let type: ColumnType

    package init(_ name: String, _ type: ColumnType) { (self.name, self.type) = (name, type) }

    func read(_ row: any SQLRow, at position: Int) -> SQLParameter {
        switch type {
        case .integer: .integer(row.optionalInteger(position))
        case .text: .text(row.optionalText(position))
        case .bytes: .bytes(row.optionalBytes(position).map { Data($0) })
        case .boolean: .boolean(row.optionalInteger(position).map { $0 != 0 })
        }
    }
}
