public import Foundation

/// An HTTP answer in the form of RFC 9457, `application/problem+json`, for any server to send.
///
/// ``init(_:)`` renders any error. Conform an error of your own to ``ProblemConvertible`` to define its answer.
///
/// [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457.html)
public struct Problem: Sendable {
    /// Between 400 and 599.
    public let status: Int
    /// The kind of problem, as a URI.
    public let type: String
    /// A short title for people; the same for all problems of the type.
    public let title: String
    /// The explanation for this particular request.
    public let detail: String
    /// Further members of the body. The names `type`, `title`, `status` and `detail` are ignored here.
    public let members: [String: Value]
    /// Further headers, without `Content-Type`.
    public let headers: [(name: String, value: String)]

    public static let contentType = "application/problem+json"

    public init(
        status: Int,
        type: String = "about:blank",
        title: String,
        detail: String,
        members: [String: Value] = [:],
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
        let standard: [String: Value] = [
            "type": .string(type), "title": .string(title), "status": .integer(Int64(status)),
            "detail": .string(detail),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A value holds nothing that can't be encoded.
        return (try? encoder.encode(standard.merging(members) { standard, _ in standard })) ?? Data()
    }
}
