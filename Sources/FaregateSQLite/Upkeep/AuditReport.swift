/// What an audit found: the books as they are beside what the journal says.
public struct AuditReport: Sendable, Hashable, Encodable {
    /// How many differences are listed at most; the others are only counted.
    public static let maximumDifferences = 1000

    /// What differs from the journal, at most ``maximumDifferences`` of it.
    public internal(set) var differences: [AuditDifference] = []
    /// How many differences there are.
    public internal(set) var differenceCount = 0
    /// How many accounts were looked at.
    public internal(set) var accounts: Int64 = 0
    /// How many grants were looked at.
    public internal(set) var grants: Int64 = 0
    /// How many charges were looked at.
    public internal(set) var charges: Int64 = 0
    /// How many lines of the journal were looked at.
    public internal(set) var entries: Int64 = 0
    /// How many purchases were looked at.
    public internal(set) var purchases: Int64 = 0
    /// How many purchases wait for a person. They are no mistake of the books.
    public internal(set) var flaggedPurchases: Int64 = 0
    /// How many facts speak of orders of which no purchase is on record. They are no mistake of the books.
    public internal(set) var unlinkedFacts: Int64 = 0

    /// Whether the books are right.
    public var isClean: Bool { differenceCount == 0 }

    mutating func add(_ difference: AuditDifference) {
        differenceCount += 1
        if differences.count < AuditReport.maximumDifferences { differences.append(difference) }
    }
}

/// One thing that differs from what the journal says.
public struct AuditDifference: Sendable, Hashable, Encodable, CustomStringConvertible {
    /// What differs: an open set.
    public struct Kind: RawRepresentable, Sendable, Hashable, Encodable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }
    }

    public let kind: Kind
    /// The row in question, by name: `grant "opening:free:1" of ana`.
    public let subject: String
    /// What the journal, or the rows that it rests on, say.
    public let expected: String
    /// What is there.
    public let found: String
    /// The derived fact that ``SQLiteLedger/repair(_:)`` sets anew; nil where nothing can tell what is right.
    let fact: DerivedFact?

    /// Whether what is wrong follows from the journal, so that it can be set right.
    public var isRepairable: Bool { fact != nil }

    public var description: String { "\(subject): \(kind.rawValue) is \(found), expected \(expected)" }

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

/// A row whose figures follow from others, by its key.
struct DerivedFact: Sendable, Hashable {
    /// Of a grant all its sums, of an account its debt, its latest entry and when it is due, of a rolling window what is
    /// used, of a purchase what it has granted.
    enum Table: String {
        case grant, account, counter, purchase
    }

    let table: Table
    /// One number, but for a counter.
    let key: [Int64]
}

/// How far an audit has come.
public struct AuditProgress: Sendable, Hashable {
    /// What is looked at now.
    public let step: String
    /// How many steps are done.
    public let completed: Int
    /// How many steps there are.
    public let total: Int
}
