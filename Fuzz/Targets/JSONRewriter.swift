/// How a text is written otherwise.
enum JSONStyle: CaseIterable {
    /// Nothing between the tokens, keys in the opposite order.
    case tight
    /// Comments, blanks and trailing commas wherever they may stand, keys as they were; all letters as escapes.
    case loose
}

/// Writes JSON with comments otherwise, byte by byte and without the product's own reader: it knows good texts only.
struct JSONRewriter {
    private let bytes: [UInt8]
    private let style: JSONStyle
    private var position = 0

    init(_ bytes: [UInt8], in style: JSONStyle) throws {
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        self.style = style
    }

    mutating func rewritten() throws -> String {
        skipBlanks()
        let text = try value()
        skipBlanks()
        try require(position == bytes.count, "the policy ends before its file does, at \(position)")
        return text
    }

    private var gap: String { style == .loose ? " /* , } */\t// \"\r\n" : "" }

    private mutating func value() throws -> String {
        switch peek {
        case UInt8(ascii: "{"): try list(from: "{", to: "}") { try $0.member() }
        case UInt8(ascii: "["): try list(from: "[", to: "]") { try $0.value() }
        case UInt8(ascii: "\""): try string()
        default: word()
        }
    }

    private mutating func list(
        from opening: String,
        to closing: String,
        _ element: (inout JSONRewriter) throws -> String
    ) throws -> String {
        position += 1
        var elements: [String] = []
        skipBlanks()
        while let byte = peek, byte != closing.utf8.first {
            elements.append(try element(&self))
            skipBlanks()
            if peek == UInt8(ascii: ",") { position += 1 }
            skipBlanks()
        }
        position += 1
        // The order of keys means nothing, the order of lists does.
        if style == .tight, opening == "{" { elements.reverse() }
        let end = style == .loose && !elements.isEmpty ? "," : ""
        return opening + gap + elements.joined(separator: "\(gap),\(gap)") + end + gap + closing
    }

    private mutating func member() throws -> String {
        let name = try string()
        skipBlanks()
        position += 1
        skipBlanks()
        return try name + gap + ":" + gap + value()
    }

    private mutating func string() throws -> String {
        let start = position
        position += 1
        while let byte = peek, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
        position += 1
        let text = bytes[start..<min(position, bytes.count)]
        guard style == .loose, !text.contains(UInt8(ascii: "\\")) else { return String(decoding: text, as: UTF8.self) }
        let units = String(decoding: text.dropFirst().dropLast(), as: UTF8.self).utf16
        return "\"" + units.map(escape).joined() + "\""
    }

    private func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    private mutating func word() -> String {
        let start = position
        while let byte = peek, !" \t\r\n,}]/#".utf8.contains(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = peek {
            if byte == UInt8(ascii: "/"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "*") {
                position += 2
                while position + 1 < bytes.count, bytes[position...].prefix(2) != [0x2A, 0x2F] { position += 1 }
                position += 2
            } else if byte == UInt8(ascii: "/") {
                while let byte = peek, byte != 0x0A, byte != 0x0D { position += 1 }
            } else if " \t\r\n".utf8.contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }
}
