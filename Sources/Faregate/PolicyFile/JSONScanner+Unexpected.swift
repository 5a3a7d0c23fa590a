extension JSONScanner {
    var closesSomething: Bool { current == Ascii.closeBrace || current == Ascii.closeBracket }

    /// Reports a character that can't begin a value, and skips to where one may begin.
    mutating func unexpected(expected: String) {
        guard let byte = current else { return }
        report("\(characterName(at: position)) is not allowed here", at: position, expected: expected)
        guard byte != Ascii.comma, !closesSomething else { return }
        repeat { position += 1 } while current.map(isJunk) ?? false
    }

    private func isJunk(_ byte: UInt8) -> Bool {
        switch byte {
        case Ascii.comma, Ascii.quote, Ascii.openBrace, Ascii.openBracket, Ascii.closeBrace, Ascii.closeBracket,
            Ascii.newline, Ascii.carriageReturn, Ascii.slash:
            false
        default: true
        }
    }

    /// The character in quotes, or its number if it is invisible.
    func characterName(at offset: Int) -> String {
        let end = min(offset + 4, source.bytes.count)
        guard let scalar = source.text(offset..<end).unicodeScalars.first else { return "the end of the file" }
        switch scalar.properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .nonspacingMark, .unassigned,
            .privateUse:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "the invisible character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        default: return quoted(String(scalar))
        }
    }
}
