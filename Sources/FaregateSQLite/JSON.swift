import Faregate
import Foundation

/// The limits as the triggers read them: see `charges_count` in ``Schema``.
///
/// Written by hand: this is on the way of every charge, and an encoder takes ten times as long.
func json(_ limits: [LimitCheck]) -> String {
    var text = "["
    for limit in limits {
        if text.utf8.count > 1 { text += "," }
        text += "{\"counter\":"
        text.append(quoting: limit.counter)
        text += ",\"max\":\(limit.max),\"amount\":\(limit.amount),\"back\":\(limit.givesBack)"
        switch limit.window {
        case .calendar(let from, _): text += ",\"from\":\(from.rawValue)}"
        case .rolling(let milliseconds): text += ",\"within\":\(milliseconds)}"
        }
    }
    return text + "]"
}

func json(_ attributes: Attributes) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(attributes)).map { String(decoding: $0, as: UTF8.self) }
}

extension String {
    /// [RFC 8259, section 7](https://www.rfc-editor.org/rfc/rfc8259.html#section-7)
    fileprivate mutating func append(quoting string: String) {
        self += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"", "\\": self += "\\\(scalar)"
            case "\u{0}"..<" ": self += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: unicodeScalars.append(scalar)
            }
        }
        self += "\""
    }
}
