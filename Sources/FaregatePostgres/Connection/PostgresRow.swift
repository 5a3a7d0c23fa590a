#if Postgres
import CLibPQ
import FaregateBooks
import Foundation

/// A row of a result in text form, valid until the result is cleared.
struct PostgresRow: SQLRow {
    let result: OpaquePointer?
    let row: Int32

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, row, Int32(column)) == 1 }

    func integer(_ column: Int) -> Int64 {
        guard let text = PQgetvalue(result, row, Int32(column)) else { return 0 }
        if text.pointee == Int8(UInt8(ascii: "t")) { return 1 }
        return Int64(strtoll(text, nil, 10))
    }

    func optionalText(_ column: Int) -> String? {
        guard !isNull(column), let text = PQgetvalue(result, row, Int32(column)) else { return nil }
        let count = Int(PQgetlength(result, row, Int32(column)))
        return text.withMemoryRebound(to: UInt8.self, capacity: count) {
            String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
        }
    }

    /// The form `\x6162…`. [bytea](https://www.postgresql.org/docs/current/datatype-binary.html)
    func optionalBytes(_ column: Int) -> [UInt8]? {
        guard !isNull(column), let text = PQgetvalue(result, row, Int32(column)) else { return nil }
        var count = 0
        let length = Int(PQgetlength(result, row, Int32(column)))
        return text.withMemoryRebound(to: UInt8.self, capacity: length) { start in
            guard let bytes = PQunescapeBytea(start, &count) else { return nil }
            defer { PQfreemem(bytes) }
            return Array(UnsafeBufferPointer(start: bytes, count: count))
        }
    }
}
#endif
