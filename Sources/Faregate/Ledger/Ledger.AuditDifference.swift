extension Ledger {
    /// One figure that differs from the journal.
    public struct AuditDifference: Sendable, Hashable, Encodable, CustomStringConvertible {
        /// What differs. More kinds may be added.
        public struct Kind: RawRepresentable, Sendable, Hashable, Encodable {
            public let rawValue: String

            public init(rawValue: String) {
                self.rawValue = rawValue
            }
        }

        public let kind: Kind
        /// The row in question, by name: `grant "opening:free:1" of ana`.
        public let subject: String
        /// The right value, computed from the journal or from the rows that the value depends on.
        public let expected: String
        /// The value in the ledger.
        public let found: String
        /// The row that a repair recomputes; nil if the right value can't be determined.
        package let fact: DerivedFact?

        /// Whether the right value follows from the journal, so that it can be repaired.
        public var isRepairable: Bool { fact != nil }

        public var description: String { "\(subject): \(kind.rawValue) is \(found), expected \(expected)" }

        package init(_ kind: String, _ subject: String, expected: String, found: String, fact: DerivedFact? = nil) {
            self.kind = Kind(rawValue: kind)
            (self.subject, self.expected, self.found, self.fact) = (subject, expected, found, fact)
        }

        private enum CodingKeys: String, CodingKey {
            case kind, subject, expected, found, isRepairable
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(kind, forKey: .kind)
            try container.encode(subject, forKey: .subject)
            try container.encode(expected, forKey: .expected)
            try container.encode(found, forKey: .found)
            try container.encode(isRepairable, forKey: .isRepairable)
        }
    }
}
