/// The text of one policy file, and the line and column of each byte. Immutable.
final class SourceText: Sendable {
    /// The path of the file, as given to the loader.
    let file: String
    /// The bytes of the file after a byte order mark.
    let bytes: [UInt8]
    /// The offset of each line's first byte. A line ends with \n, \r\n or \r.
    private let lineStarts: [Int]
    /// The number of scalars that begin before every 256th byte, so that a column is found quickly even on a line of
    /// several megabytes.
    private let scalarCounts: [Int]
    private static let stride = 256

    init(file: String, bytes: [UInt8]) {
        self.file = file
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
        var lineStarts = [0]
        var scalarCounts: [Int] = []
        var scalars = 0
        for (offset, byte) in text.enumerated() {
            if offset % SourceText.stride == 0 { scalarCounts.append(scalars) }
            if SourceText.beginsScalar(byte) { scalars += 1 }
            if byte == Ascii.newline || byte == Ascii.carriageReturn && !text.has(Ascii.newline, at: offset + 1) {
                lineStarts.append(offset + 1)
            }
        }
        scalarCounts.append(scalars)
        self.bytes = text
        self.lineStarts = lineStarts
        self.scalarCounts = scalarCounts
    }

    func location(of offset: Int) -> Policy.Location {
        let line = lineIndex(of: offset)
        let column = scalarCount(before: offset) - scalarCount(before: lineStarts[line]) + 1
        return Policy.Location(file: file, line: line + 1, column: column)
    }

    /// The bytes of the line at the offset, without its line ending.
    func line(around offset: Int) -> Range<Int> {
        let line = lineIndex(of: offset)
        var end = line + 1 < lineStarts.count ? lineStarts[line + 1] : bytes.count
        while end > lineStarts[line], Ascii.endsLine(bytes[end - 1]) { end -= 1 }
        return lineStarts[line]..<end
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    static func beginsScalar(_ byte: UInt8) -> Bool { byte & 0b1100_0000 != 0b1000_0000 }

    /// Binary search for the last line that begins at or before the offset.
    private func lineIndex(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    private func scalarCount(before offset: Int) -> Int {
        let block = min(offset / SourceText.stride, scalarCounts.count - 1)
        let rest = bytes[min(block * SourceText.stride, offset)..<min(offset, bytes.count)]
        guard offset < bytes.count else {
            return scalarCounts[scalarCounts.count - 1]
        }
        return scalarCounts[block] + rest.count(where: SourceText.beginsScalar)
    }
}

/// A place in a policy file. Its line and column are only computed when needed.
struct Place: Sendable {
    let source: SourceText
    let offset: Int

    var location: Policy.Location { source.location(of: offset) }
}

/// The bytes that have a meaning in JSON.
enum Ascii {
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let slash = UInt8(ascii: "/")
    static let star = UInt8(ascii: "*")
    static let hash = UInt8(ascii: "#")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let equals = UInt8(ascii: "=")
    static let plus = UInt8(ascii: "+")
    static let minus = UInt8(ascii: "-")
    static let dot = UInt8(ascii: ".")
    static let zero = UInt8(ascii: "0")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")

    static func endsLine(_ byte: UInt8) -> Bool { byte == newline || byte == carriageReturn }
    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
    static func isLetterOrUnderscore(_ byte: UInt8) -> Bool { isLetter(byte) || byte == UInt8(ascii: "_") }
}

extension [UInt8] {
    func has(_ byte: UInt8, at offset: Int) -> Bool { offset < count && self[offset] == byte }
}
