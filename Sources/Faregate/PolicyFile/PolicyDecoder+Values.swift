extension PolicyDecoder {
    func string(_ node: JSONNode, _ what: String, expected: @autoclosure () -> String) -> String? {
        guard case .string(let text) = node.value else {
            diagnostics.wrongKind(node, what, expected: expected())
            return nil
        }
        return text
    }

    func array(_ node: JSONNode, _ what: String) -> [JSONNode] {
        guard case .array(let elements) = node.value else {
            diagnostics.wrongKind(node, what, expected: "a list [...]")
            return []
        }
        return elements
    }

    /// An amount of credits from that number on.
    func credits(_ node: JSONNode, _ what: String, from lowest: Int64) -> Credits? {
        whole(node, what, in: lowest...Credits.max.rawValue).flatMap(Credits.init(rawValue:))
    }

    /// A whole number, written in digits. It never goes through a floating-point number.
    func whole(_ node: JSONNode, _ what: String, in range: ClosedRange<Int64>) -> Int64? {
        if case .number(let text) = node.value, let number = Int64(text), range.contains(number), text != "-0" {
            return number
        }
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
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

    /// A duration of fixed length, "90s", in milliseconds.
    func duration(_ node: JSONNode, _ what: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let text = string(node, what, expected: durationSpelling) else { return nil }
        guard let milliseconds = durationMilliseconds(parsing: text) else {
            diagnostics.error("\(what) can't be \(quoted(text))", at: node.place, expected: durationSpelling)
            return nil
        }
        guard range.contains(milliseconds) else {
            let size = milliseconds < range.lowerBound ? "short" : "long"
            let bounds = [range.lowerBound, range.upperBound].map(durationText).joined(separator: " to ")
            diagnostics.error("\(what) can't be as \(size) as \(quoted(text))", at: node.place, expected: bounds)
            return nil
        }
        return milliseconds
    }

    private var durationSpelling: String {
        let units = durationUnits.map(\.name).joined(separator: ", ")
        return "a whole number and a unit (\(units)), in quotes, such as \"90s\" or \"24h\""
    }

    /// One of a few words.
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

    func boolean(_ node: JSONNode, _ what: String) -> Bool? {
        guard case .boolean(let value) = node.value else {
            diagnostics.wrongKind(node, what, expected: "true or false")
            return nil
        }
        return value
    }

    /// `"mode"`, wherever it may stand.
    func mode(_ object: ObjectReader) -> Mode {
        object["mode"].flatMap { choice($0.value, "\"mode\"") } ?? .enforce
    }

    private func oneOf(_ choices: [String]) -> String {
        let list = choices.map { "\"\($0)\"" }.joined(separator: ", ")
        return "one of \(list)"
    }

    /// Names get into URLs, logs and metrics, so they are plain.
    func checkName(_ name: String, at place: Place, _ what: String) {
        let isPlain = name.utf8.allSatisfy { byte in
            Ascii.isLetter(byte) || Ascii.isDigit(byte) || byte == Ascii.dot || byte == Ascii.minus
        }
        guard !isPlain || !(1...64).contains(name.utf8.count) else { return }
        diagnostics.error(
            "\(what) can't be \(quoted(name))",
            at: place,
            expected: "1 to 64 letters from A to Z, digits, \".\", \"_\" or \"-\""
        )
    }
}

let millisecondsPerDay: Int64 = 24 * 60 * 60 * 1000

/// `90s` as 90000: the counterpart of ``durationText(milliseconds:)``. Nil when it reads otherwise; `Int64.max` when
/// it is beyond all bounds.
private func durationMilliseconds(parsing text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard let length = durationUnits.first(where: { $0.name == unit })?.milliseconds, let number = Int64(digits)
    else { return nil }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: length)
    return overflow ? .max : milliseconds
}
