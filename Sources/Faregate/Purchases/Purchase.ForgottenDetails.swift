extension Purchase {
    /// What was forgotten of an account.
    public struct ForgottenDetails: Sendable, Hashable {
        /// How many purchases had details of who paid.
        public let purchases: Int
        /// The account's customers, which the providers still have: somebody may want to delete them there too.
        public let customers: [ProviderCustomer]

        package init(purchases: Int, customers: [ProviderCustomer]) {
            self.purchases = purchases
            self.customers = customers
        }
    }
}
