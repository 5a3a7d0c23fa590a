import Faregate
import Foundation

/// How mistakes are printed to standard error: on a terminal in colour and in lines that fit it, otherwise as they are,
/// so that editors and scripts can read them.
struct Terminal {
    /// The columns of the terminal; nil if standard error isn't one.
    let width: Int?
    let isColored: Bool

    /// - Parameter environment: `NO_COLOR` ([no-color.org](https://no-color.org)) turns colours off.
    init(_ environment: [String: String]) {
        guard isatty(STDERR_FILENO) == 1 else {
            (width, isColored) = (nil, false)
            return
        }
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 20
        width = isKnown ? Int(size.ws_col) : 80
        isColored = environment["NO_COLOR"]?.isEmpty ?? true && environment["TERM"] != "dumb"
    }

    func print(_ diagnostics: [Policy.Diagnostic]) {
        for diagnostic in diagnostics { Output.error(text(diagnostic)) }
    }

    private func text(_ diagnostic: Policy.Diagnostic) -> String {
        guard let width else { return diagnostic.description }
        // The place, the line of the file and the caret stay as they are: a wrapped line would move the caret.
        var lines = diagnostic.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.hasPrefix("expected: ") == true {
            let expected = lines.removeLast()
            lines += wrapped(expected, width: width - 2).enumerated().map { $0 == 0 ? $1 : "  \($1)" }
        }
        guard isColored, let first = lines.first else { return lines.joined(separator: "\n") }
        let word = diagnostic.severity.rawValue
        let color = diagnostic.severity == .error ? 31 : 33
        lines[0] = first.replacing(" \(word): ", with: " \u{1B}[1;\(color)m\(word)\u{1B}[0m: ", maxReplacements: 1)
        if lines.count > 2, lines[2].drop(while: { $0 == " " || $0 == "\t" }) == "^" {
            lines[2] = lines[2].replacing("^", with: "\u{1B}[1;\(color)m^\u{1B}[0m")
        }
        return lines.joined(separator: "\n")
    }
}
