import CSQLite
import FaregateBooks
import Foundation

/// Binds the parameters of a statement one after the other.
struct Binding {
    private let statement: OpaquePointer
    private var index: Int32 = 0

    init(to statement: OpaquePointer) {
        self.statement = statement
    }

    mutating func bind(_ value: some SQLValue) { bind(value.parameter) }

    mutating func bind(_ parameter: SQLParameter) {
        index += 1
        let result =
            switch parameter {
            case .integer(let value?): sqlite3_bind_int64(statement, index, value)
            case .boolean(let value?): sqlite3_bind_int64(statement, index, value ? 1 : 0)
            case .text(let value?): bind(value)
            case .bytes(let value?): bind(value)
            case .integer(nil), .boolean(nil), .text(nil), .bytes(nil): sqlite3_bind_null(statement, index)
            }
        assert(result == SQLITE_OK, "parameter \(index) does not fit the statement")
    }

    mutating func skip() { index += 1 }

    private func bind(_ text: String) -> Int32 {
        var copy = text
        return copy.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(statement, index, $0.baseAddress ?? emptyText, Int32($0.count), transient)
            }
        }
    }

    private func bind(_ bytes: Data) -> Int32 {
        bytes.withUnsafeBytes {
            sqlite3_bind_blob(statement, index, $0.baseAddress ?? .init(emptyText), Int32($0.count), transient)
        }
    }
}

/// SQLite copies the bytes before the call returns.
/// [SQLITE_TRANSIENT](https://www.sqlite.org/c3ref/c_static.html) is a macro that Swift doesn't import.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// An empty buffer has a nil pointer, which would bind NULL instead of an empty text.
nonisolated(unsafe) private let emptyText = UnsafePointer<CChar>(strdup(""))

/// One row of a result, valid until the next is read.
struct Row: SQLRow {
    let statement: OpaquePointer

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }

    func optionalText(_ column: Int) -> String? {
        sqlite3_column_text(statement, Int32(column)).map {
            String(
                decoding: UnsafeBufferPointer(start: $0, count: Int(sqlite3_column_bytes(statement, Int32(column)))),
                as: UTF8.self
            )
        }
    }

    func optionalBytes(_ column: Int) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
    }
}
