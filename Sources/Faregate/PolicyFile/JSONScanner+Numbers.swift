extension JSONScanner {
    func startsNumber(_ byte: UInt8) -> Bool {
        Ascii.isDigit(byte) || byte == Ascii.minus || byte == Ascii.plus || byte == Ascii.dot
    }

    /// Reads all adjacent characters of a number, so that `10k` is one mistake and not two.
    mutating func number() -> JSONNode.Value {
        let start = position
        while let byte = current, startsNumber(byte) || Ascii.isLetterOrUnderscore(byte) { position += 1 }
        let text = source.text(start..<position)
        guard let mistake = mistake(inNumber: Array(source.bytes[start..<position])) else { return .number(text) }
        report("\(quoted(text)) is not a number in JSON: \(mistake)", at: start)
        isRecovering = false
        return .broken
    }

    /// The mistake in a number by the grammar of RFC 8259, section 6; nil for a correct number.
    private func mistake(inNumber text: [UInt8]) -> String? {
        var rest = text[...]
        if rest.first == Ascii.plus { return "leave the \"+\" out" }
        if rest.first == Ascii.minus { rest.removeFirst() }
        let whole = rest.prefix(while: Ascii.isDigit)
        rest = rest.dropFirst(whole.count)
        if whole.isEmpty {
            return rest.first == Ascii.dot ? "a digit is missing before the point" : "a digit is missing"
        }
        if whole.first == Ascii.zero, whole.count > 1 { return "leave the leading zero out" }
        if rest.first == Ascii.dot {
            let decimals = rest.dropFirst().prefix(while: Ascii.isDigit)
            if decimals.isEmpty { return "a digit is missing after the point" }
            rest = rest.dropFirst(1 + decimals.count)
        }
        if rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            rest.removeFirst()
            if rest.first == Ascii.plus || rest.first == Ascii.minus { rest.removeFirst() }
            let exponent = rest.prefix(while: Ascii.isDigit)
            if exponent.isEmpty { return "a digit is missing after the \"e\"" }
            rest = rest.dropFirst(exponent.count)
        }
        return rest.isEmpty ? nil : "write digits only"
    }

    /// Reads `true`, `false` or `null`; any other bare word is reported.
    mutating func word() -> JSONNode.Value {
        let start = position
        let word = takeWord()
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        default:
            let lowercase = word.lowercased()
            let isSlip = ["true", "false", "null"].contains(lowercase)
            report(isSlip ? "write \(lowercase) in small letters" : "put \(quoted(word)) in double quotes", at: start)
            isRecovering = false
            return .broken
        }
    }

    mutating func takeWord() -> String {
        let start = position
        while let byte = current, startsNumber(byte) && byte != Ascii.plus || Ascii.isLetterOrUnderscore(byte) {
            position += 1
        }
        return source.text(start..<position)
    }
}
