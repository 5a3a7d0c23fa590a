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
        mutating func appendInterpolation(_ value: some CustomStringConvertible) { text += value.description.escaped }
    }

    /// A name that somebody else chose. Its direction of writing doesn't spread to the text around it.
    static func name(_ text: String) -> HTML {
        text.count > 24 ? "<bdi class=\"long\">\(text)</bdi>" : "<bdi>\(text)</bdi>"
    }
}

extension String {
    /// For HTML and XML: marks are escaped, and characters that XML can't have become visible.
    fileprivate var escaped: String {
        var text = ""
        for scalar in printable.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case _ where scalar.properties.isNoncharacterCodePoint: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
