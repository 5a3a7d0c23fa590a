import Foundation

/// Writes lines to standard output.
struct ExportWriter {
    let isCSV: Bool

    /// Lines of JSON have no header.
    func write(header: [String]) throws {
        if isCSV { try write(CSV.line(header)) }
    }

    func write(_ lines: [some ExportLine]) throws {
        guard !isCSV else { return try write(lines.map { CSV.line($0.cells) }.joined()) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try write(lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined())
    }

    private func write(_ text: String) throws {
        do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
            throw Failure(code: .environment, message: "the output can't be written; is the disk full?")
        }
    }
}
