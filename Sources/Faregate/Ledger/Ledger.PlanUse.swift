extension Ledger {
    /// A plan that accounts are on.
    package struct PlanUse: Sendable, Hashable, Encodable {
        package let plan: String
        /// The number of accounts on it.
        package let accounts: Int64
        /// A few of these accounts, oldest first.
        package let examples: [AccountID]

        package init(plan: String, accounts: Int64, examples: [AccountID]) {
            (self.plan, self.accounts, self.examples) = (plan, accounts, examples)
        }
    }
}
