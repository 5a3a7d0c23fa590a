/// A list of shapes that becomes one SVG file.
///
/// It contains only numbers, colours and an escaped title, so that a prompt can't insert markup.
struct Drawing {
    static let width = 800.0
    static let height = 600.0

    typealias Point = (x: Double, y: Double)

    private var definitions: [String] = []
    private var shapes: [String] = []

    mutating func gradient(_ name: String, from top: Color, to bottom: Color) -> String {
        definitions.append(
            """
            <linearGradient id="\(name)" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="\(top.css)"/>\
            <stop offset="1" stop-color="\(bottom.css)"/></linearGradient>
            """
        )
        return "url(#\(name))"
    }

    mutating func glow(_ name: String, _ color: Color, strength: Double) -> String {
        definitions.append(
            """
            <radialGradient id="\(name)"><stop offset="0" stop-color="\(color.css)" stop-opacity="\(text(strength, 2))"/>\
            <stop offset="1" stop-color="\(color.css)" stop-opacity="0"/></radialGradient>
            """
        )
        return "url(#\(name))"
    }

    mutating func background(_ fill: String) {
        shapes.append("<rect width=\"800\" height=\"600\" fill=\"\(fill)\"/>")
    }

    mutating func circle(_ center: Point, radius: Double, fill: String, opacity: Double = 1) {
        shapes.append(
            """
            <circle cx="\(text(center.x))" cy="\(text(center.y))" r="\(text(radius))" fill="\(fill)"\
            \(opacity < 1 ? " opacity=\"\(text(opacity, 2))\"" : "")/>
            """
        )
    }

    mutating func ring(_ center: Point, radius: Double, stroke: Color, width: Double, opacity: Double = 1) {
        shapes.append(
            """
            <circle cx="\(text(center.x))" cy="\(text(center.y))" r="\(text(radius))" fill="none" \
            stroke="\(stroke.css)" stroke-width="\(text(width))" opacity="\(text(opacity, 2))"/>
            """
        )
    }

    mutating func area(_ points: [Point], fill: String, opacity: Double = 1) {
        shapes.append(
            """
            <path d="\(outline(points))Z" fill="\(fill)"\(opacity < 1 ? " opacity=\"\(text(opacity, 2))\"" : "")/>
            """
        )
    }

    mutating func line(_ points: [Point], stroke: Color, width: Double, opacity: Double = 1) {
        shapes.append(
            """
            <path d="\(outline(points))" fill="none" stroke="\(stroke.css)" stroke-width="\(text(width))" \
            stroke-linecap="round" stroke-linejoin="round" opacity="\(text(opacity, 2))"/>
            """
        )
    }

    func svg(title: String, width: Int) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600" width="\(width)" height="\(width * 3 / 4)" \
        role="img"><title>\(xmlText(title))</title><defs>\(definitions.joined())</defs>
        \(shapes.joined(separator: "\n"))
        </svg>

        """
    }

    private func outline(_ points: [Point]) -> String {
        "M" + points.map { "\(text($0.x)) \(text($0.y))" }.joined(separator: "L")
    }

    /// Formats a number without Foundation, which would be slow: a picture has thousands of numbers.
    private func text(_ number: Double, _ decimals: Int = 1) -> String {
        let scale = decimals == 1 ? 10 : 100
        let scaled = Int((number * Double(scale)).rounded())
        let fraction = String(abs(scaled) % scale)
        let padded = String(repeating: "0", count: decimals - fraction.count) + fraction
        return "\(scaled < 0 ? "-" : "")\(abs(scaled) / scale)\(abs(scaled) % scale == 0 ? "" : ".\(padded)")"
    }
}

/// Text for an XML document: markup escaped, and characters that XML 1.0 doesn't allow replaced.
///
/// [XML 1.0, characters](https://www.w3.org/TR/xml/#charsets)
func xmlText(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        case "'": escaped += "&#39;"
        case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
        case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return escaped
}
