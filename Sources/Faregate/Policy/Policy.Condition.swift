extension Policy {
    /// One condition of a price rule or a limit, on one attribute. It fails if the call doesn't have the attribute.
    package struct Condition: Hashable, Sendable {
        package enum Test: Hashable, Sendable {
            /// Equals one of these.
            case oneOf([AttributeValue])
            /// A number greater than `above` and less than `below`; nil is no bound.
            case between(above: Double?, below: Double?)
        }

        package let attribute: String
        package let test: Test

        package init(attribute: String, test: Test) {
            self.attribute = attribute
            self.test = test
        }

        func holds(for attributes: Attributes) -> Bool {
            guard let value = attributes[attribute] else { return false }
            switch test {
            case .oneOf(let values):
                return values.contains(value)
            case .between(let above, let below):
                guard case .number(let number) = value else { return false }
                return above.map { number > $0 } ?? true && below.map { number < $0 } ?? true
            }
        }
    }
}
