extension Purchase {
    /// The result of deleting an account's personal data.
    public struct ForgottenDetails: Sendable, Hashable {
        /// The number of purchases that had details of the payer.
        public let purchases: Int
        /// The account's customers at the providers, which you may want to delete there too.
        public let customers: [ProviderCustomer]

        package init(purchases: Int, customers: [ProviderCustomer]) {
            self.purchases = purchases
            self.customers = customers
        }
    }
}
