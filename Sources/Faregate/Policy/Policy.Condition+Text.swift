import Foundation

extension Policy.Condition {
    /// The conditions in words, whatever their order in the file: `model is "draft" and steps is above 50`. The name of
    /// a limit contains them, so a long text ends in a hash of the whole. Two spellings of "é", which match the same
    /// calls, have one text.
    static func text(of conditions: [Policy.Condition]) -> String {
        let text = conditions.map(\.text.precomposedStringWithCanonicalMapping)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .joined(separator: " and ")
        guard text.utf8.count > maximumBytes else { return text }
        let hash = hexadecimal(SHA256Digest.hash(Array(text.utf8))).prefix(12)
        return text.unicodeScalars.prefix(maximumBytes / 2).map(String.init).joined() + "… (\(hash))"
    }

    private static let maximumBytes = 200

    private func alternatives(_ values: [AttributeValue]) -> String {
        Set(values.map(\.text)).map(\.precomposedStringWithCanonicalMapping)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: " or ")
    }

    private var text: String {
        let isPlain = attribute.utf8.allSatisfy {
            Ascii.isLetterOrUnderscore($0) || Ascii.isDigit($0) || $0 == Ascii.minus
        }
        let name = isPlain && !attribute.isEmpty ? attribute : AttributeValue.string(attribute).text
        switch test {
        case .oneOf(let values): return "\(name) is " + alternatives(values)
        case .between(let above, let below):
            let bounds = [
                above.map { "above \(AttributeValue.number($0).text)" },
                below.map { "below \(AttributeValue.number($0).text)" },
            ]
            return "\(name) is " + bounds.compactMap { $0 }.joined(separator: " and ")
        }
    }
}

extension AttributeValue {
    /// As a policy file has it: `"draft"`, `50`, `true`.
    fileprivate var text: String {
        switch self {
        case .string(let text):
            "\"\(printable(text.escaped(["\"", "\\"], by: "\\")))\""
        case .number(let number): Int64(exactly: number).map(String.init) ?? "\(number)"
        case .boolean(let truth): "\(truth)"
        }
    }
}
