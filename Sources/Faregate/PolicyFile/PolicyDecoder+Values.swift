extension PolicyDecoder {
    func string(_ node: JSONNode, _ what: String, expected: @autoclosure () -> String) -> String? {
        guard case .string(let text) = node.value else {
            diagnostics.wrongKind(node, what, expected: expected())
            return nil
        }
        return text
    }

    /// The `id` that distinguishes similar entries of a list.
    func id(_ node: JSONNode) -> String? {
        guard let id = string(node, "an \"id\"", expected: "a name in quotes") else { return nil }
        return diagnostics.checkName(id, at: node.place, "an \"id\"") ? id : nil
    }

    func boolean(_ node: JSONNode, _ what: String) -> Bool? {
        guard case .boolean(let value) = node.value else {
            diagnostics.wrongKind(node, what, expected: "true or false")
            return nil
        }
        return value
    }

    func array(_ node: JSONNode, _ what: String) -> [JSONNode] {
        diagnostics.array(node, what)
    }

    /// A number of credits, at least this minimum.
    func credits(_ node: JSONNode, _ what: String, from lowest: Int64) -> Credits? {
        whole(node, what, in: lowest...Credits.max.rawValue).flatMap(Credits.init(rawValue:))
    }

    /// A whole number, parsed from its digits without a floating-point number.
    func whole(_ node: JSONNode, _ what: String, in range: ClosedRange<Int64>) -> Int64? {
        if case .number(let text) = node.value, let number = Int64(text), range.contains(number), text != "-0" {
            return number
        }
        let expected =
            range.upperBound == Credits.max.rawValue
            ? "a whole number, \(range.lowerBound) or more"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        switch node.value {
        case .number(let text):
            diagnostics.error(misfit(text, what, range), at: node.place, expected: expected)
        case .string(let text) where Int64(text) != nil:
            diagnostics.error("\(what) is a number: write \(text) without quotes", at: node.place, expected: expected)
        default:
            diagnostics.wrongKind(node, what, expected: expected)
        }
        return nil
    }

    private func misfit(_ text: String, _ what: String, _ range: ClosedRange<Int64>) -> String {
        let shown = text.count > 40 ? "\(text.prefix(40))…" : text
        if text.contains(where: { "eE".contains($0) }) { return "\(what) is written in digits; \(shown) is not" }
        if text.contains(".") { return "\(what) is a whole number; \(shown) is not" }
        if text == "-0" { return "\(what) has no sign: write 0" }
        if text.hasPrefix("-") || Int64(text).map({ $0 < range.lowerBound }) ?? false {
            return "\(what) is \(range.lowerBound) or more; \(shown) is not"
        }
        return "\(what) is at most \(range.upperBound); \(shown) is more"
    }

    /// One of the allowed words.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ node: JSONNode, _ what: String) -> Choice? {
        let choices = Choice.allCases.map(\.rawValue)
        guard let text = string(node, what, expected: oneOf(choices)) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        diagnostics.error(
            "\(what) can't be \(quoted(text))" + didYouMean(text, among: choices),
            at: node.place,
            expected: oneOf(choices)
        )
        return nil
    }

    private func oneOf(_ choices: [String]) -> String {
        let list = choices.map { "\"\($0)\"" }.joined(separator: ", ")
        return choices.count == 1 ? "\(list), the only value in this version" : "one of \(list)"
    }
}

extension Diagnostics {
    /// Names appear in URLs, logs and metrics, so only plain ones are allowed. Returns false for any other name, and
    /// reports it.
    ///
    /// - Parameter blanks: whether it may have single blanks between its letters.
    @discardableResult
    func checkName(_ name: String, at place: Place, _ what: String, allowing blanks: Bool = false) -> Bool {
        let words = blanks ? name.split(separator: " ", omittingEmptySubsequences: false) : [name[...]]
        let isPlain = words.allSatisfy { word in
            !word.isEmpty
                && word.utf8.allSatisfy { byte in
                    Ascii.isLetterOrUnderscore(byte) || Ascii.isDigit(byte) || byte == Ascii.dot || byte == Ascii.minus
                }
        }
        guard !isPlain || !(1...64).contains(name.utf8.count) else { return true }
        error(
            "\(what) can't be \(quoted(name))",
            at: place,
            expected: "1 to 64 letters from A to Z, digits, \".\", \"_\" or \"-\""
                + (blanks ? ", with single blanks between them" : "")
        )
        return false
    }

    /// The elements of a list; none when the value is not a list, which is reported.
    func array(_ node: JSONNode, _ what: String, expected: String = "a list [...]") -> [JSONNode] {
        guard case .array(let elements) = node.value else {
            wrongKind(node, what, expected: expected)
            return []
        }
        return elements
    }
}
