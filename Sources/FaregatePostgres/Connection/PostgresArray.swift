#if Postgres
import Faregate
import FaregateBooks

/// An array as a parameter of a statement, in PostgreSQL's text format.
/// [Array input](https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO)
struct PostgresArray {
    private var elements = "{"

    init() {}

    init(_ values: [some SQLValue]) {
        for value in values { add(value.parameter) }
    }

    mutating func add(_ element: SQLParameter) {
        if elements.utf8.count > 1 { elements += "," }
        switch element {
        case .integer(let value?): elements += String(value)
        case .boolean(let value?): elements += value ? "t" : "f"
        case .text(let value?): elements += "\"" + value.escaped(["\"", "\\"], by: "\\") + "\""
        case .bytes(let value?): elements += "\"\\\\x" + value.map(\.hexadecimal).joined() + "\""
        case .integer(nil), .boolean(nil), .text(nil), .bytes(nil): elements += "NULL"
        }
    }

    var text: String { elements + "}" }

    var parameter: SQLParameter { .text(text) }

    /// The numbers of an array of numbers, such as `{1,2}`.
    static func numbers(_ text: String) -> [Int] {
        text.dropFirst().dropLast().split(separator: ",").compactMap { Int($0) }
    }
}

extension UInt8 {
    fileprivate var hexadecimal: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
#endif
