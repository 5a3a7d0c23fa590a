extension SQLiteLedger {
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
}
