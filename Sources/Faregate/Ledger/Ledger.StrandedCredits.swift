extension Ledger {
    /// Credits that pay only for actions that a policy doesn't have.
    package struct StrandedCredits: Sendable, Hashable, Encodable {
        /// Each by its oldest name.
        package let actions: [String]
        /// All that remain.
        package let credits: Credits
        /// How many accounts have some.
        package let accounts: Int64
        /// The oldest of these accounts.
        package let example: AccountID

        package init(actions: [String], credits: Credits, accounts: Int64, example: AccountID) {
            (self.actions, self.credits, self.accounts, self.example) = (actions, credits, accounts, example)
        }
    }
}
