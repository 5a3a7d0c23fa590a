import Faregate

/// Lines of [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180#section-2) that are safe to open in a spreadsheet.
enum CSV {
    /// One line, with its CRLF.
    static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    /// A spreadsheet runs a cell that begins with one of these characters as a formula; an apostrophe prevents that.
    /// [OWASP](https://owasp.org/www-community/attacks/CSV_Injection)
    private static let beginningsOfFormulas: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n"]

    private static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map(beginningsOfFormulas.contains) ?? false
        let harmless = isFormula ? "'" + text : text
        let isPlain = harmless.unicodeScalars.allSatisfy { !["\"", ",", "\r", "\n"].contains($0) }
        return isPlain ? harmless : "\"" + harmless.escaped(["\""], by: "\"") + "\""
    }
}
