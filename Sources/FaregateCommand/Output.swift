import Faregate
import Foundation

/// Prints results to standard output, and everything else to standard error.
enum Output {
    private static let state = Mutex<String?>(nil)

    /// Why a result could not be written completely; nil if all were. A reader that went away (`faregate history … |
    /// head`) is no failure.
    static var failure: String? { state.withLock { $0 } }

    static func result(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                if errno != EPIPE { state.withLock { $0 = String(cString: strerror(errno)) } }
                return
            }
        }
    }

    static func error(_ text: String) { write(text, to: .standardError) }

    /// Prints to standard error without ending the line.
    static func draw(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    private static func write(_ text: String, to file: FileHandle) {
        try? file.write(contentsOf: Data((text + "\n").utf8))
    }

    /// A line of a list, indented, and broken to fit a terminal.
    static func item(_ text: String) -> String {
        wrapped(text, width: 76).enumerated().map { ($0 == 0 ? "  " : "    ") + $1 }.joined(separator: "\n")
    }

    /// The width of a table whose columns can be cut.
    private static let maximumWidth = 80

    /// A table of at most 80 columns: the longest cells of the named columns are cut, to 8 characters or more.
    /// `--json` has them whole.
    static func table(
        _ header: [String], _ rows: [[String]], rightAligned: Set<String> = [], cutting cut: Set<String>
    ) -> String {
        var widths = widths(header, rows)
        while widths.reduce(0, +) + 2 * (widths.count - 1) > maximumWidth {
            let columns = widths.indices.filter { cut.contains(header[$0]) && widths[$0] > 8 }
            guard let widest = columns.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        let cells = rows.map { row in zip(row, widths).map { $0.shortened(to: $1) } }
        return table(header, cells, rightAligned: rightAligned)
    }

    private static func widths(_ header: [String], _ rows: [[String]]) -> [Int] {
        header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    }

    /// A table whose columns fit their longest cell; the named columns are aligned to the right.
    static func table(_ header: [String], _ rows: [[String]], rightAligned: Set<String> = []) -> String {
        let widths = widths(header, rows)
        return ([header] + rows).map { row in
            let cells = row.indices.map { column in
                rightAligned.contains(header[column])
                    ? row[column].padded(to: -widths[column]) : row[column].padded(to: widths[column])
            }
            return cells.joined(separator: "  ").trimmingTrailingSpaces
        }.joined(separator: "\n")
    }
}

extension String {
    /// Pads with spaces at the end, or at the front if the width is negative.
    func padded(to width: Int) -> String {
        let spaces = String(repeating: " ", count: max(0, abs(width) - count))
        return width < 0 ? spaces + self : self + spaces
    }

    fileprivate var trimmingTrailingSpaces: String {
        String(reversed().drop { $0 == " " }.reversed())
    }

    /// Makes control characters visible, also those that reverse the direction of text, so that the ledger's texts
    /// can't control the terminal or look like other texts.
    var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map {
                    $0.properties.generalCategory == .control || $0.properties.isBidiControl ? "\u{FFFD}" : $0
                })
        )
    }

    /// The text if it has at most that many characters, otherwise its beginning and an ellipsis.
    func shortened(to count: Int) -> String { self.count <= count ? self : prefix(count - 1) + "…" }
}
