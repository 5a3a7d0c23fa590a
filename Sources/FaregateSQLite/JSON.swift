import Faregate
import Foundation

/// The limits as the triggers read them: see ``Schema/version1Charging``. Nil where there are none of a kind.
///
/// Written by hand: this is on the way of every charge, and an encoder takes ten times as long.
func json(_ limits: [LimitCheck]) -> (calendar: String?, rolling: String?) {
    var calendar = "", rolling = ""
    for limit in limits {
        switch limit.window {
        case .calendar(let from, _): calendar.append(limit, window: from.rawValue)
        case .rolling(let milliseconds): rolling.append(limit, window: milliseconds)
        }
    }
    return (calendar.isEmpty ? nil : calendar + "}", rolling.isEmpty ? nil : rolling + "}")
}

func json(_ attributes: Attributes) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(attributes)).map { String(decoding: $0, as: UTF8.self) }
}

extension String {
    fileprivate mutating func append(_ limit: LimitCheck, window: Int64) {
        self += isEmpty ? "{" : ","
        append(quoting: limit.counter)
        self += ":[\(window),\(limit.max),\(limit.amount),\(limit.givesBack)]"
    }

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
