import Foundation

/// A piece of JSON that a test can take apart and put together again.
indirect enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let value): value
        case .string(let value): JSON.quoted(value)
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let fields):
            "{"
                + fields.sorted { $0.key < $1.key }.map { JSON.quoted($0.key) + ":" + $0.value.text }
                .joined(separator: ",") + "}"
        }
    }

    var data: Data { Data(text.utf8) }

    subscript(_ field: String) -> JSON? {
        get {
            guard case .object(let fields) = self else { return nil }
            return fields[field]
        }
        set {
            guard case .object(var fields) = self else { return }
            fields[field] = newValue
            self = .object(fields)
        }
    }

    /// This object with other fields; a value of nil leaves one out.
    func with(_ changes: [String: JSON?]) -> JSON {
        var changed = self
        for (field, value) in changes { changed[field] = value }
        return changed
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\u{0}"..."\u{1F}": "\\u" + String(format: "%04x", scalar.value)
            default: "\(scalar)"
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .number("\(value)") }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) { self = .object(Dictionary(elements) { _, last in last }) }
}

extension JSON {
    /// What can stand in a field by mistake or on purpose.
    static let wrongValues: [JSON] = [
        nil, true, 7, -1, .number("1.5"), .number("1e300"), .number("9007199254740993"), "", "text", "\u{0}",
        .string(String(repeating: "é", count: 200)), [], .object([:]), ["id"], ["id": 7],
    ]

    /// This piece with every field in it in turn left out, and replaced by every wrong value.
    var harmed: [(where: String, json: JSON)] {
        switch self {
        case .object(let fields):
            fields.sorted { $0.key < $1.key }.flatMap { field, value in
                let deeper = value.harmed.map { ("\(field).\($0.where)", with([field: $0.json])) }
                let wrong = JSON.wrongValues.filter { $0 != value }.map { ("\(field): \($0.text)", with([field: $0])) }
                return [("no \(field)", with([field: nil]))] + wrong + deeper
            }
        case .array(let values):
            values.indices.flatMap { index in
                let deeper = values[index].harmed + JSON.wrongValues.map { (where: "\($0.text)", json: $0) }
                return deeper.map { harm in
                    var changed = values
                    changed[index] = harm.json
                    return ("[\(index)].\(harm.where)", JSON.array(changed))
                }
            }
        default: []
        }
    }
}
