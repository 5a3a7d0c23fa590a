extension Ledger {
    /// The result of an audit: the differences between the ledger's figures and the journal.
    public struct AuditReport: Sendable, Hashable, Encodable {
        /// The most differences that are listed; further ones are counted.
        public static let maximumDifferences = 1000

        /// The differences, at most ``maximumDifferences``.
        public package(set) var differences: [AuditDifference] = []
        /// The number of differences.
        public package(set) var differenceCount = 0
        /// The accounts that were checked.
        public package(set) var accounts: Int64 = 0
        /// The grants that were checked.
        public package(set) var grants: Int64 = 0
        /// The charges that were checked.
        public package(set) var charges: Int64 = 0
        /// The journal lines that were checked.
        public package(set) var entries: Int64 = 0
        /// The purchases that were checked.
        public package(set) var purchases: Int64 = 0
        /// The purchases that wait for a person. They are not errors.
        public package(set) var flaggedPurchases: Int64 = 0
        /// The number of facts about orders without a recorded purchase. They are not errors.
        public package(set) var unlinkedFacts: Int64 = 0

        /// Whether there are no differences.
        public var isClean: Bool { differenceCount == 0 }

        package init() {}

        package mutating func add(_ difference: AuditDifference) {
            differenceCount += 1
            if differences.count < AuditReport.maximumDifferences { differences.append(difference) }
        }
    }
}
