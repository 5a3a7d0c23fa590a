#if Postgres
import CLibPQ
import FaregateBooks
import Foundation

/// Parameters of a statement in libpq's form: numbers, text and booleans as text, bytes in binary form.
/// [PQexecParams](https://www.postgresql.org/docs/current/libpq-exec.html#LIBPQ-PQEXECPARAMS)
final class BoundParameters {
    private(set) var values: [UnsafePointer<CChar>?] = []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []

    init(_ parameters: [SQLParameter]) {
        for parameter in parameters {
            switch parameter {
            case .integer(let value): add(value.map { Array(String($0).utf8) })
            case .text(let value): add(value.map { Array($0.utf8) })
            case .boolean(let value): add(value.map { Array(($0 ? "t" : "f").utf8) })
            case .bytes(let value): add(value.map(Array.init), isBinary: true)
            }
        }
    }

    deinit { for value in values { value?.deallocate() } }

    var count: Int32 { Int32(values.count) }

    /// Text ends with a zero byte; bytes have a length.
    private func add(_ bytes: [UInt8]?, isBinary: Bool = false) {
        lengths.append(Int32(bytes?.count ?? 0))
        formats.append(isBinary ? 1 : 0)
        guard let bytes else { return values.append(nil) }
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[bytes.count] = 0
        values.append(UnsafePointer(copy))
    }
}

extension SQLParameter {
    /// The type's OID, which is the same on every server: of int8, text, bytea or bool.
    /// [pg_type.dat](https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat)
    var type: Oid {
        switch self {
        case .integer: 20
        case .text: 25
        case .bytes: 17
        case .boolean: 16
        }
    }
}
#endif
