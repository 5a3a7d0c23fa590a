extension JSONScanner {
    /// Reads a string from its opening quote; nil when something in it was reported.
    mutating func string() -> String? {
        let start = position
        position += 1
        while let byte = current, byte != Ascii.quote, byte != Ascii.backslash, byte >= 0x20 { position += 1 }
        if current == Ascii.quote {
            // The common case: a string without escapes.
            position += 1
            return source.text((start + 1)..<(position - 1))
        }
        return stringWithEscapes(from: start)
    }

    private mutating func stringWithEscapes(from start: Int) -> String? {
        var text = Array(source.bytes[(start + 1)..<position])
        var isSound = true
        while let byte = current, !Ascii.endsLine(byte) {
            switch byte {
            case Ascii.quote:
                position += 1
                return isSound ? String(decoding: text, as: UTF8.self) : nil
            case Ascii.backslash:
                if let scalar = escape() {
                    text += Array(String(scalar).utf8)
                } else {
                    isSound = false
                }
            case ..<0x20:
                // One report per string: binary data would have thousands.
                if isSound { report("\(controlName(byte)) is not allowed in a string", at: position) }
                isSound = false
                position += 1
            default:
                text.append(byte)
                position += 1
            }
        }
        report("this string has no closing quote on its line", at: start)
        return nil
    }

    private func controlName(_ byte: UInt8) -> String {
        byte == Ascii.tab ? "a tab (write \\t)" : characterName(at: position)
    }

    /// Reads an escape from its backslash.
    private mutating func escape() -> Unicode.Scalar? {
        let start = position
        position += 1
        guard let letter = current, !Ascii.endsLine(letter) else { return nil }
        position += 1
        switch letter {
        case Ascii.quote: return "\""
        case Ascii.backslash: return "\\"
        case Ascii.slash: return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicodeEscape(from: start)
        default:
            position = start + 1
            let name = characterName(at: position)
            // Skip the whole character with all its bytes.
            repeat { position += 1 } while current.map { !SourceText.beginsScalar($0) } ?? false
            report("\\ can't be followed by \(name)", at: start, expected: #"one of \" \\ \/ \b \f \n \r \t \u"#)
            return nil
        }
    }

    /// Reads the four digits of an escape such as `\u00e9`. A character beyond U+FFFF is written as a pair of escapes,
    /// `\uD83D\uDE00` (RFC 8259, section 7).
    private mutating func unicodeEscape(from start: Int) -> Unicode.Scalar? {
        guard let first = fourDigits() else {
            report("\\u takes four digits from 0 to F", at: start, expected: "for example \\u00e9")
            return nil
        }
        if let scalar = Unicode.Scalar(first) { return scalar }
        let afterFirst = position
        if UTF16.isLeadSurrogate(UInt16(first)), source.bytes.has(Ascii.backslash, at: position),
            source.bytes.has(UInt8(ascii: "u"), at: position + 1)
        {
            position += 2
            if let second = fourDigits(), (0xDC00...0xDFFF).contains(second) {
                return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            }
            position = afterFirst
        }
        report("this is half of a character: \\u escapes from D800 to DFFF come in pairs", at: start)
        return nil
    }

    private mutating func fourDigits() -> UInt32? {
        let digits = source.bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ isHexadecimal($0) }) else { return nil }
        position += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        Ascii.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// Reads a string in single or typographic quotes, as word processors write them, and reports it.
    /// Nil when no such string begins here.
    mutating func misquoted() -> String? {
        guard let opening = foreignQuoteLength(at: position) else { return nil }
        let start = position
        position += opening
        let textStart = position
        while let byte = current, !Ascii.endsLine(byte) {
            let closing = byte == Ascii.quote ? 1 : foreignQuoteLength(at: position)
            if let closing {
                let text = source.text(textStart..<position)
                position += closing
                report("put \(quoted(text)) in straight double quotes", at: start)
                isRecovering = false
                return text
            }
            position += 1
        }
        report("this string has no closing quote on its line", at: start)
        return source.text(textStart..<position)
    }

    private func foreignQuoteLength(at offset: Int) -> Int? {
        if source.bytes.has(UInt8(ascii: "'"), at: offset) || source.bytes.has(UInt8(ascii: "`"), at: offset) {
            return 1
        }
        let rest = source.bytes[offset...].prefix(3)
        // ‘ ’ ‚ ‛ “ ” „ ‟ are U+2018 to U+201F.
        guard rest.count == 3, rest.starts(with: [0xE2, 0x80]), let last = rest.last else { return nil }
        return (0x98...0x9F).contains(last) ? 3 : nil
    }
}
