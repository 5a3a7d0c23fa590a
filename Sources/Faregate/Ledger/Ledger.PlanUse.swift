extension Ledger {
    /// A plan that accounts are on.
    public struct PlanUse: Sendable, Hashable, Encodable {
        public let plan: String
        /// The number of accounts on it.
        public let accounts: Int64
        /// A few of these accounts, oldest first.
        public let examples: [AccountID]

        package init(plan: String, accounts: Int64, examples: [AccountID]) {
            (self.plan, self.accounts, self.examples) = (plan, accounts, examples)
        }
    }
}
