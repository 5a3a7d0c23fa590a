extension AccountBalance {
    /// Credits by source. As JSON, an object with the sources that have credits: `{"plan": 50}`.
    public struct Sources: Sendable, Hashable {
        private var purchase: Credits = 0
        private var plan: Credits = 0
        private var promotion: Credits = 0
        private var adjustment: Credits = 0

        /// No credits from any source.
        public init() {}

        /// The credits from a source; 0 if it has none.
        public subscript(source: GrantSource) -> Credits {
            get {
                switch source {
                case .purchase: purchase
                case .plan: plan
                case .promotion: promotion
                case .adjustment: adjustment
                }
            }
            set {
                switch source {
                case .purchase: purchase = newValue
                case .plan: plan = newValue
                case .promotion: promotion = newValue
                case .adjustment: adjustment = newValue
                }
            }
        }
    }
}

extension AccountBalance.Sources: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (GrantSource, Credits)...) {
        for (source, credits) in elements { self[source] = credits }
    }
}

extension AccountBalance.Sources: Sequence {
    /// Iterates over the sources that have credits, sorted by name.
    public func makeIterator() -> some IteratorProtocol<(source: GrantSource, credits: Credits)> {
        GrantSource.allCases.sorted { $0.rawValue < $1.rawValue }
            .map { (source: $0, credits: self[$0]) }
            .filter { $0.credits != 0 }
            .makeIterator()
    }
}

extension AccountBalance.Sources: Codable {
    public init(from decoder: any Decoder) throws {
        for (name, credits) in try decoder.singleValueContainer().decode([String: Credits].self) {
            guard let source = GrantSource(rawValue: name) else {
                throw InvalidInput("\(name) is not a source of credits")
            }
            self[source] = credits
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Dictionary(uniqueKeysWithValues: map { ($0.source.rawValue, $0.credits) }))
    }
}
