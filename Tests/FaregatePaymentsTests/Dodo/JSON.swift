import Foundation

/// JSON that tests can take apart and change, field by field. Numbers keep their spelling.
enum JSON: Decodable, Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case text(String)
    case array([JSON])
    case object([String: JSON])
    /// The text unchanged, whether it is JSON or not.
    case raw(String)

    init(_ text: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    var text: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .text(let value): JSON.quoted(value)
        case .array(let values): "[\(values.map(\.text).joined(separator: ","))]"
        case .object(let fields):
            "{\(fields.sorted { $0.key < $1.key }.map { "\(JSON.quoted($0)):\($1.text)" }.joined(separator: ","))}"
        case .raw(let text): text
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.value < 0x20:
                "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    /// The path of field names and indices to each value in it, except the root.
    var paths: [[String]] {
        switch self {
        case .array(let values):
            values.indices.flatMap { i in [["\(i)"]] + values[i].paths.map { ["\(i)"] + $0 } }
        case .object(let fields):
            fields.sorted { $0.key < $1.key }.flatMap { name, value in [[name]] + value.paths.map { [name] + $0 } }
        default: []
        }
    }

    /// - Parameter value: nil to leave the field out.
    func setting(_ path: [String], to value: JSON?) -> JSON {
        guard let first = path.first else { return value ?? .null }
        let rest = Array(path.dropFirst())
        switch self {
        case .array(var values):
            guard let i = Int(first), values.indices.contains(i) else { return self }
            if rest.isEmpty, value == nil {
                values.remove(at: i)
            } else {
                values[i] = values[i].setting(rest, to: value)
            }
            return .array(values)
        case .object(var fields):
            if rest.isEmpty { fields[first] = value } else { fields[first] = fields[first]?.setting(rest, to: value) }
            return .object(fields)
        default: return self
        }
    }

    subscript(path: String...) -> JSON { value(at: path) }

    func value(at path: [String]) -> JSON {
        path.reduce(self) { value, name in
            switch value {
            case .object(let fields): fields[name] ?? .null
            case .array(let values): Int(name).flatMap { values.indices.contains($0) ? values[$0] : nil } ?? .null
            default: .null
            }
        }
    }

    enum Kind {
        case null, boolean, number, text, array, object
    }

    var kind: Kind {
        switch self {
        case .null: .null
        case .boolean: .boolean
        case .integer: .number
        case .text: .text
        case .array: .array
        case .object: .object
        case .raw(let text): text.hasPrefix("[") ? .array : .number
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) { self = .object(Dictionary(uniqueKeysWithValues: elements)) }
}
