import TestSupport

/// Reads the string literals of a Swift source: as much of the language as the sources of this package use.
///
/// An interpolation stays as it is written: `\(name)`.
struct SwiftLiterals {
    private let text: [Character]
    private var position = 0
    private var literals: [String] = []

    /// The literals of a source, in the order in which they are written.
    static func all(in source: String) -> [String] {
        var scanner = SwiftLiterals(source)
        return scanner.scan()
    }

    private init(_ source: String) {
        text = Array(source)
    }

    private func isAt(_ mark: String) -> Bool {
        text[position...].prefix(mark.count).elementsEqual(mark)
    }

    private mutating func scan() -> [String] {
        while position < text.count {
            if isAt("//") {
                while position < text.count, text[position] != "\n" { position += 1 }
            } else if isAt("\"\"\"") {
                position += 3
                literals.append(SwiftLiterals.unindented(read(until: "\"\"\"")))
            } else if isAt("\"") {
                position += 1
                literals.append(read(until: "\""))
            } else {
                position += 1
            }
        }
        return literals
    }

    /// Up to the mark, which is passed over.
    private mutating func read(until mark: String) -> String {
        var literal = ""
        while position < text.count, !isAt(mark) {
            if isAt("\\(") {
                literal += interpolation()
            } else if isAt("\\\n") {
                position += 2  // The line goes on in the next one.
            } else if text[position] == "\\", position + 1 < text.count {
                literal.append(text[position + 1] == "n" ? "\n" : text[position + 1])
                position += 2
            } else {
                literal.append(text[position])
                position += 1
            }
        }
        position += mark.count
        return literal
    }

    /// As it is written, to its closing parenthesis.
    private mutating func interpolation() -> String {
        let start = position
        var depth = 0
        position += 1
        repeat {
            if text[position] == "(" { depth += 1 }
            if text[position] == ")" { depth -= 1 }
            position += 1
        } while position < text.count && depth > 0
        return String(text[start..<position])
    }

    private static func unindented(_ literal: String) -> String {
        literal.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
    }
}
