public import Foundation

/// An HTTP answer in the form of RFC 9457, `application/problem+json`, for any server to send.
///
/// [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457.html)
public struct Problem: Sendable {
    /// Between 400 and 599.
    public let status: Int
    /// Names the kind of problem: a URI.
    public let type: String
    /// Says the same to people, and is the same for all problems of the type.
    public let title: String
    /// Says what is the matter with this very request.
    public let detail: String
    /// Further members of the body; a name that the RFC defines is ignored.
    public let members: [String: JSONValue]
    /// Further headers, without `Content-Type`.
    public let headers: [(name: String, value: String)]

    public static let contentType = "application/problem+json"

    public init(
        status: Int,
        type: String = "about:blank",
        title: String,
        detail: String,
        members: [String: JSONValue] = [:],
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.type = type
        self.title = title
        self.detail = detail
        self.members = members
        self.headers = headers
    }

    /// The JSON to send.
    public var body: Data {
        let standard: [String: JSONValue] = [
            "type": .string(type), "title": .string(title), "status": .integer(Int64(status)),
            "detail": .string(detail),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A JSONValue holds nothing that can't be encoded.
        return (try? encoder.encode(standard.merging(members) { standard, _ in standard })) ?? Data()
    }
}

/// A piece of JSON.
public enum JSONValue: Sendable, Hashable, Encodable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case array([JSONValue])
    case object([String: JSONValue])

    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .boolean(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
