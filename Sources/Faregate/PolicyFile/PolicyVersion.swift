extension PolicyTree {
    /// A short hash of the meaning of the files: the first 12 digits of SHA-256 over the tree in a canonical form. It
    /// doesn't depend on comments, white space, the order of keys or the split into files. An empty section counts as
    /// absent, and `${NAME}` is hashed as written.
    var version: String {
        let sections = entries.map { section, members in (section, JSONNode.Value.object(JSONObject(members)))
        }
        let settings = single.map { key, node in (key, node.value) }
        var spelling = CanonicalSpelling()
        spelling.append(sections + settings)
        return String(hexadecimal(SHA256Digest.hash(spelling.bytes)).prefix(12))
    }
}

/// A tree as bytes, in a canonical form.
private struct CanonicalSpelling {
    private(set) var bytes: [UInt8] = []

    /// Members are sorted by the bytes of their names: the order of strings depends on the version of Unicode.
    mutating func append(_ members: [(name: String, value: JSONNode.Value)]) {
        bytes.append(Ascii.openBrace)
        for member in members.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            append(quoted: member.name)
            bytes.append(Ascii.colon)
            append(member.value)
            bytes.append(Ascii.comma)
        }
        bytes.append(Ascii.closeBrace)
    }

    private mutating func append(_ value: JSONNode.Value) {
        switch value {
        case .null, .broken: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .number(let text): bytes += CanonicalSpelling.number(text).utf8
        case .string(let text): append(quoted: text)
        case .object(let object): append(object.members.map { ($0.name, $0.value.value) })
        case .array(let nodes):
            bytes.append(Ascii.openBracket)
            for node in nodes {
                append(node.value)
                bytes.append(Ascii.comma)
            }
            bytes.append(Ascii.closeBracket)
        }
    }

    private mutating func append(quoted text: String) {
        bytes.append(Ascii.quote)
        for byte in text.utf8 {
            if byte == Ascii.quote || byte == Ascii.backslash { bytes.append(Ascii.backslash) }
            bytes.append(byte)
        }
        bytes.append(Ascii.quote)
    }

    /// 50, 50.0 and 5e1 are the same decimal number.
    private static func number(_ text: String) -> String {
        if let whole = Int64(text) { return String(whole) }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        // A price per unit keeps all its digits, also those that a floating-point number would lose.
        if parts.count == 2, text.utf8.count > 16, parts[1].utf8.allSatisfy(Ascii.isDigit) {
            let decimals = String(parts[1].reversed().drop { $0 == "0" }.reversed())
            return decimals.isEmpty ? String(parts[0]) : "\(parts[0]).\(decimals)"
        }
        guard let number = Double(text) else { return text }
        return Int64(exactly: number).map { String($0) } ?? "\(number)"
    }
}
