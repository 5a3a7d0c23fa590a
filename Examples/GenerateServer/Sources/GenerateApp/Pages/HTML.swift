import Hummingbird

/// A piece of markup. Interpolated text is escaped, unless it is markup itself.
///
/// ```swift
/// let greeting: HTML = "<p>Hello, \(name)</p>"
/// ```
struct HTML: ExpressibleByStringInterpolation, Sendable {
    let text: String

    init(stringLiteral markup: String) { text = markup }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    init(_ pieces: [HTML]) { text = pieces.map(\.text).joined(separator: "\n") }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ markup: String) { text += markup }

        mutating func appendInterpolation(_ markup: HTML) { text += markup.text }

        mutating func appendInterpolation(_ markup: HTML?) { text += markup?.text ?? "" }

        mutating func appendInterpolation(_ pieces: [HTML]) { text += HTML(pieces).text }

        /// Escapes text for use between tags and in quoted attribute values.
        mutating func appendInterpolation(_ value: some CustomStringConvertible) { text += xmlText(value.description) }
    }
}

extension Response {
    static func page(_ html: HTML, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html.text))
        )
    }
}
