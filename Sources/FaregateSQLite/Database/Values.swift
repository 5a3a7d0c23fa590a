import CSQLite
import Faregate
import Foundation

/// A value that can be bound to a parameter of a statement.
protocol SQLValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32
}

extension Int64: SQLValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { sqlite3_bind_int64(statement, index, self) }
}

extension String: SQLValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        var copy = self
        return copy.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(statement, index, $0.baseAddress ?? emptyText, Int32($0.count), transient)
            }
        }
    }
}

extension Data: SQLValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        withUnsafeBytes {
            sqlite3_bind_blob(statement, index, $0.baseAddress ?? .init(emptyText), Int32($0.count), transient)
        }
    }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        self?.bind(to: statement, at: index) ?? sqlite3_bind_null(statement, index)
    }
}

extension SQLValue where Self: RawRepresentable, RawValue: SQLValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { rawValue.bind(to: statement, at: index) }
}

extension Timestamp: SQLValue {}
extension Credits: SQLValue {}

extension AccountID: SQLValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { rawValue.bind(to: statement, at: index) }
}

extension [UInt8]: SQLValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { Data(self).bind(to: statement, at: index) }
}

/// Binds the parameters of a statement one after the other.
struct Binding {
    private let statement: OpaquePointer
    private var index: Int32 = 0

    init(to statement: OpaquePointer) {
        self.statement = statement
    }

    mutating func bind(_ value: some SQLValue) {
        index += 1
        let result = value.bind(to: statement, at: index)
        assert(result == SQLITE_OK, "parameter \(index) does not fit the statement")
    }

    mutating func skip() { index += 1 }
}

extension Credits {
    /// An amount of credits. The schema keeps it in range, so only a damaged file has any other.
    init(stored value: Int64) throws(SQLiteError) {
        guard let credits = Credits(rawValue: value) else {
            throw .damaged("an amount of credits is out of range")
        }
        self = credits
    }
}

/// SQLite copies the bytes before the call returns.
/// [SQLITE_TRANSIENT](https://www.sqlite.org/c3ref/c_static.html) is a macro that Swift doesn't import.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// An empty buffer has a nil pointer, which would bind NULL instead of an empty text.
nonisolated(unsafe) private let emptyText = UnsafePointer<CChar>(strdup(""))

/// One row of a result, valid until the next is read.
struct Row {
    let statement: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    func optionalText(_ column: Int32) -> String? {
        sqlite3_column_text(statement, column).map {
            String(
                decoding: UnsafeBufferPointer(start: $0, count: Int(sqlite3_column_bytes(statement, column))),
                as: UTF8.self
            )
        }
    }

    func optionalBytes(_ column: Int32) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// The schema keeps every sum of credits in range. A sum out of range is an error: zero would hide it.
    func credits(_ column: Int32) throws(SQLiteError) -> Credits {
        try Credits(stored: integer(column))
    }
}
