extension Policy.Action {
    /// Converts attributes given as text, as on a command line, to the types that the rules and limits compare.
    ///
    /// An attribute becomes a number or a boolean if a condition compares it as one and it can be parsed as one;
    /// otherwise it stays text. If a condition compares the attribute with exactly this text, it stays text too: with a
    /// rule for "01234", `01234` doesn't become the number 1234. So does the name of a model in the price list.
    package func attributes(reading texts: [String: String]) -> Attributes {
        var attributes: Attributes = texts.mapValues { .string($0) }
        for condition in conditions {
            guard let text = texts[condition.attribute], !asks(for: text, as: condition.attribute),
                let value = condition.test.value(reading: text)
            else { continue }
            attributes[condition.attribute] = value
        }
        return attributes
    }

    /// The attributes that the prices and limits look at, sorted.
    package var attributeNames: [String] {
        let models = ([pricing] + rules.map(\.pricing)).compactMap { $0.modelCost?.attribute }
        return Set(conditions.map(\.attribute) + models).sorted()
    }

    private var conditions: [Policy.Condition] { rules.flatMap(\.conditions) + limits.flatMap(\.conditions) }

    private func asks(for text: String, as attribute: String) -> Bool {
        let costs = ([pricing] + rules.map(\.pricing)).compactMap(\.modelCost)
        if costs.contains(where: { $0.attribute == attribute && $0.list[text] != nil }) { return true }
        return conditions.contains { condition in
            guard condition.attribute == attribute, case .oneOf(let values) = condition.test else { return false }
            return values.contains(.string(text))
        }
    }
}

extension Policy.Condition.Test {
    /// Returns the text as a number or boolean if this test compares one; nil otherwise.
    fileprivate func value(reading text: String) -> AttributeValue? {
        guard case .oneOf(let values) = self else { return AttributeValue(number: text) }
        for value in values {
            switch value {
            case .string: continue
            case .number: if let number = AttributeValue(number: text) { return number }
            case .boolean: if let truth = Bool(text) { return .boolean(truth) }
            }
        }
        return nil
    }
}

extension AttributeValue {
    /// Nil unless the number is written in digits: words such as "inf" are text.
    fileprivate init?(number text: String) {
        let isWritten = text.utf8.allSatisfy { Ascii.isDigit($0) || "+-.eE".utf8.contains($0) }
        guard isWritten, let number = Double(text), number.isFinite else { return nil }
        self = .number(number)
    }
}
