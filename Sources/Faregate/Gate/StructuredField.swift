/// Values of HTTP fields as [RFC 9651](https://www.rfc-editor.org/rfc/rfc9651.html) writes them.
enum StructuredField {
    /// The largest integer that a field may have: fifteen digits (section 3.3.1).
    static let maximumInteger: Int64 = 999_999_999_999_999

    /// Writes a number as an integer, clamped to 0 … ``maximumInteger``.
    static func integer(_ number: Int64) -> String { String(min(max(0, number), maximumInteger)) }

    /// Writes a text in quotes (section 3.3.3). Characters other than printable ASCII become question marks.
    static func string(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append((0x20...0x7E).contains(scalar.value) ? scalar : "?")
        }
        return quoted + "\""
    }
}
