import Foundation

/// A JSON value, decoded by Foundation, which knows nothing of policies.
enum JSONValue: Decodable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// - Parameter text: JSON with comments and trailing commas.
    init(parsing text: String) throws {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        self = try decoder.decode(JSONValue.self, from: Data(text.utf8))
    }

    subscript(key: String) -> JSONValue? { if case .object(let members) = self { members[key] } else { nil } }
    /// The value at `#/definitions/action`.
    subscript(at pointer: String) -> JSONValue? {
        pointer.split(separator: "/").dropFirst().reduce(self) { (value: JSONValue?, key) in value?[String(key)] }
    }
    var keys: [String] { if case .object(let members) = self { members.keys.sorted() } else { [] } }
    var list: [JSONValue] { if case .array(let values) = self { values } else { [] } }
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var integer: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }

    var type: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .number(let number): number == number.rounded() ? "integer" : "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

/// A schema by [draft-07](https://json-schema.org/draft-07), as far as the policy's schema uses it.
struct JSONSchema {
    struct UnknownKeyword: Error { let keyword: String }

    let root: JSONValue

    /// Whether the schema accepts the value.
    ///
    /// - Throws: ``UnknownKeyword`` for a keyword that this type doesn't know.
    func accepts(_ value: JSONValue) throws -> Bool { try accepts(value, root) }

    private func accepts(_ value: JSONValue, _ schema: JSONValue) throws -> Bool {
        if case .boolean(let accepts) = schema { return accepts }
        guard case .object(let rules) = schema else { return true }
        // In draft-07, the neighbours of a reference have no meaning.
        if let reference = rules["$ref"]?.text {
            return try accepts(value, root[at: reference] ?? .boolean(false))
        }
        return try rules.allSatisfy { try holds($0.key, $0.value, in: rules, for: value) }
    }

    private func holds(
        _ keyword: String, _ rule: JSONValue, in rules: [String: JSONValue], for value: JSONValue
    ) throws -> Bool {
        switch keyword {
        case "$schema", "title", "description", "default", "examples", "definitions", "then": return true
        case "type":
            let types = rule.list.isEmpty ? [rule] : rule.list
            return types.contains { $0.text == value.type || $0.text == "number" && value.type == "integer" }
        case "enum": return rule.list.contains(value)
        case "allOf": return try rule.list.allSatisfy { try accepts(value, $0) }
        case "anyOf": return try rule.list.contains { try accepts(value, $0) }
        case "oneOf": return try rule.list.filter { try accepts(value, $0) }.count == 1
        case "not": return try !accepts(value, rule)
        case "if": return try !accepts(value, rule) || accepts(value, rules["then"] ?? .boolean(true))
        default: break
        }
        return switch value {
        case .number(let number): try holds(keyword, rule, for: number)
        case .string(let text): try holds(keyword, rule, for: text)
        case .array(let values): try holds(keyword, rule, for: values)
        case .object(let members): try holds(keyword, rule, in: rules, for: members)
        case .null, .boolean: true
        }
    }

    private func holds(_ keyword: String, _ rule: JSONValue, for number: Double) throws -> Bool {
        guard case .number(let bound) = rule else { return true }
        return switch keyword {
        case "minimum": number >= bound
        case "maximum": number <= bound
        default: try JSONSchema.isOfAnotherType(keyword)
        }
    }

    private func holds(_ keyword: String, _ rule: JSONValue, for text: String) throws -> Bool {
        switch keyword {
        case "minLength": return text.unicodeScalars.count >= rule.integer ?? 0
        case "maxLength": return text.unicodeScalars.count <= rule.integer ?? 0
        case "pattern":
            let pattern = try NSRegularExpression(pattern: rule.text ?? "")
            return pattern.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        default: return try JSONSchema.isOfAnotherType(keyword)
        }
    }

    private func holds(_ keyword: String, _ rule: JSONValue, for values: [JSONValue]) throws -> Bool {
        switch keyword {
        case "minItems": values.count >= rule.integer ?? 0
        case "maxItems": values.count <= rule.integer ?? 0
        case "items": try values.allSatisfy { try accepts($0, rule) }
        case "uniqueItems": values.indices.allSatisfy { !values[..<$0].contains(values[$0]) }
        default: try JSONSchema.isOfAnotherType(keyword)
        }
    }

    private func holds(
        _ keyword: String, _ rule: JSONValue, in rules: [String: JSONValue], for members: [String: JSONValue]
    ) throws -> Bool {
        switch keyword {
        case "required": return rule.list.allSatisfy { members[$0.text ?? ""] != nil }
        case "minProperties": return members.count >= rule.integer ?? 0
        case "maxProperties": return members.count <= rule.integer ?? 0
        case "propertyNames": return try members.keys.allSatisfy { try accepts(.string($0), rule) }
        case "properties":
            return try members.allSatisfy { name, value in try rule[name].map { try accepts(value, $0) } ?? true }
        case "additionalProperties":
            let others = members.filter { rules["properties"]?[$0.key] == nil }
            return try others.values.allSatisfy { try accepts($0, rule) }
        case "dependencies":
            return try members.keys.allSatisfy { name in
                guard case .array(let needed) = rule[name] else {
                    return try rule[name].map { try accepts(.object(members), $0) } ?? true
                }
                return needed.allSatisfy { members[$0.text ?? ""] != nil }
            }
        default: return try JSONSchema.isOfAnotherType(keyword)
        }
    }

    /// True for a keyword that says nothing about a value of this type.
    private static func isOfAnotherType(_ keyword: String) throws -> Bool {
        let known: Set = [
            "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "items", "uniqueItems",
            "required", "minProperties", "maxProperties", "propertyNames", "properties", "additionalProperties",
            "dependencies",
        ]
        guard known.contains(keyword) else { throw UnknownKeyword(keyword: keyword) }
        return true
    }
}
