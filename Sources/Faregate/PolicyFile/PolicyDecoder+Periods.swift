extension PolicyDecoder {
    /// `"month"`, or a number of days, weeks or months: `"10d"`, `"2w"`, `"6mo"`.
    func period(_ node: JSONNode) -> Policy.Plan.Grant.Period? {
        let words = Policy.Plan.Grant.Period.named.map(\.word)
        let expected =
            "one of \(words.map(quoted).joined(separator: ", ")); or a number of days, weeks or months, such as \"10d\", "
            + "\"2w\" or \"6mo\""
        guard let text = string(node, "\"every\"", expected: expected) else { return nil }
        if let named = Policy.Plan.Grant.Period.named.first(where: { $0.word == text }) { return named.period }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = PolicyDecoder.periodUnits.first { $0.name == text.dropFirst(digits.count) }
        guard let unit, !digits.isEmpty, !digits.hasPrefix("0") else {
            let meant = meant(by: text, digits).map { "; did you mean \(quoted($0))?" }
            diagnostics.error(
                "\"every\" can't be \(quoted(text))" + (meant ?? didYouMean(text, among: words)),
                at: node.place,
                expected: expected
            )
            return nil
        }
        guard let number = Int(digits), number <= unit.most else {
            diagnostics.error(
                "\"every\" can't be as long as \(quoted(text))", at: node.place,
                expected: "at most \(unit.most)\(unit.name)")
            return nil
        }
        return unit.period(number)
    }

    /// `3mo` for `3m` or `3 months`; nil if no number comes first.
    private func meant(by text: String, _ digits: Substring) -> String? {
        let letter = text.dropFirst(digits.count).first { $0 != " " }
        let unit = PolicyDecoder.periodUnits.first { $0.name.first == letter }
        return digits.isEmpty || digits.hasPrefix("0") ? nil : unit.map { "\(digits)\($0.name)" }
    }

    /// The units of a period; each can have at most ten years.
    private static let periodUnits: [(name: String, most: Int, period: @Sendable (Int) -> Policy.Plan.Grant.Period)] = [
        ("d", 3650, { .days($0) }), ("w", 520, { .days(7 * $0) }), ("mo", 120, { .months($0) }),
    ]
}
