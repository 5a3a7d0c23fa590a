public import Faregate

extension SQLiteLedger {
    /// A plan, and who is on it.
    public struct PlanUse: Sendable, Hashable, Encodable {
        public let plan: String
        /// How many accounts are on it.
        public let accounts: Int64
        /// A few of them, the oldest first.
        public let examples: [AccountID]
    }
}
