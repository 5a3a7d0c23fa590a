extension JSONScanner {
    /// Skips white space and comments. A comment in another language's style is reported once and skipped.
    mutating func skipBlanks() {
        while let byte = current {
            switch byte {
            case Ascii.space, Ascii.tab, Ascii.newline, Ascii.carriageReturn: position += 1
            case Ascii.slash where source.bytes.has(Ascii.slash, at: position + 1): skipLine()
            case Ascii.slash where source.bytes.has(Ascii.star, at: position + 1): skipBlockComment()
            case Ascii.hash:
                reportAside("a comment begins with //, not with #", at: position)
                skipLine()
            default:
                guard let length = foreignBlankLength else { return }
                reportAside("\(characterName(at: position)) is not white space in JSON; delete it", at: position)
                position += length
            }
        }
    }

    private mutating func skipLine() {
        while let byte = current, !Ascii.endsLine(byte) { position += 1 }
    }

    private mutating func skipBlockComment() {
        let start = position
        position += 2
        while let byte = current {
            if byte == Ascii.star, source.bytes.has(Ascii.slash, at: position + 1) {
                position += 2
                return
            }
            position += 1
        }
        abandon("this comment is never closed", at: start, expected: "\"*/\" at its end")
    }

    /// Reports a mistake after which reading continues as if it weren't there.
    private mutating func reportAside(_ message: String, at offset: Int) {
        let wasRecovering = isRecovering
        report(message, at: offset)
        isRecovering = wasRecovering
    }

    /// The length in bytes of a blank that JSON doesn't allow: a no-break space from a web page,
    /// a form feed, a byte order mark in the middle.
    private var foreignBlankLength: Int? {
        // The common case first: a bracket, a quote or a letter.
        guard let byte = current, byte >= 0x80 || byte == 0x0B || byte == 0x0C else { return nil }
        let end = min(position + 4, source.bytes.count)
        guard let scalar = source.text(position..<end).unicodeScalars.first else { return nil }
        let isBlank = scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
        return isBlank ? UTF8.width(scalar) : nil
    }
}
