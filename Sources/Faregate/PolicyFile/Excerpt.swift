/// The line of a file around a place, and a caret under the place.
struct Excerpt {
    let line: String
    let caret: String

    /// The number of scalars shown on each side of the caret.
    private static let reach = 80

    init(of place: Place) {
        let whole = place.source.line(around: place.offset)
        let offset = min(place.offset, whole.upperBound)
        // At most four bytes per scalar. A scalar that is cut becomes U+FFFD, outside of what is shown.
        let window = whole.clamped(to: (offset - 4 * Excerpt.reach - 8)..<(offset + 4 * Excerpt.reach + 8))
        let before = Array(place.source.text(window.lowerBound..<offset).unicodeScalars)
        let after = Array(place.source.text(offset..<window.upperBound).unicodeScalars)

        let head = (before.count > Excerpt.reach ? ["…"] : []) + before.suffix(Excerpt.reach)
        let tail = after.prefix(Excerpt.reach) + (after.count > Excerpt.reach ? ["…"] : [])
        line = printable(head + tail)
        caret = head.map(Excerpt.blank).joined() + "^"
    }

    /// White space as wide as the scalar on a terminal.
    private static func blank(under scalar: Unicode.Scalar) -> String {
        if scalar == "\t" { return "\t" }
        if scalar.properties.generalCategory == .nonspacingMark { return "" }
        return isWide(scalar) ? "  " : " "
    }

    /// East Asian characters and pictures take two columns (Unicode Standard Annex 11, roughly).
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

/// The text with control characters and direction marks replaced.
func printable(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    for scalar in scalars { text.append(printable(for: scalar)) }
    return String(text)
}

func printable(_ text: String) -> String { printable(text.unicodeScalars) }

/// A piece of a file for a message: in quotes, printable, at most 64 characters.
package func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let clipped = scalars.prefix(64)
    return "\"" + printable(clipped) + (clipped.endIndex < scalars.endIndex ? "…" : "") + "\""
}

private func printable(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.properties.generalCategory {
    case .control where scalar == "\t": scalar
    case .control where scalar.value < 0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: "\u{FFFD}"
    default: scalar
    }
}
